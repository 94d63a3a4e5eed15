using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>
/// What a later feature keeps of contacts and has to move or forget with them: in the transaction that does it, the contacts locked, the connection in the tenant.
/// Listed in order in <c>Registration</c>; an exception undoes it all.
/// </summary>
public interface IContactStep
{
    /// <summary>Everything of <see cref="ContactMove.Other"/> becomes that of <see cref="ContactMove.Kept"/>, noted so that it can go back.</summary>
    Task MergeAsync(ContactMove move, CancellationToken ct) => Task.CompletedTask;

    /// <summary>What was noted goes back to <see cref="ContactMove.Other"/>, as far as it is still where it was put.</summary>
    Task UndoAsync(ContactMove move, CancellationToken ct) => Task.CompletedTask;

    /// <summary>A person is forgotten: nothing that says who he was, or what he said, stays (<see cref="Core.Contacts.Privacy.PersonalDataRules"/>).</summary>
    Task EraseAsync(ContactErasure erasure, CancellationToken ct) => Task.CompletedTask;

    /// <summary>What a person is given who asks what is kept of him.</summary>
    IReadOnlyList<PersonalDataPart> Parts => [];

    /// <summary>The files that belong to it.</summary>
    Task<IReadOnlyList<PersonalFile>> FilesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<ContactId> contacts,
        CancellationToken ct
    ) => Task.FromResult<IReadOnlyList<PersonalFile>>([]);
}

/// <summary>Two contacts that become one, or two again.</summary>
public sealed record ContactMove(
    NpgsqlConnection Connection,
    TenantId Tenant,
    MergeId Merge,
    ContactId Kept,
    ContactId Other,
    DateTimeOffset Now
)
{
    /// <summary>Whether it can be taken back: what a message proved is not, so nothing of it is noted.</summary>
    public bool IsNoted { get; init; }

    /// <summary>Published after the commit.</summary>
    public HashSet<ConsoleEvent> Changes { get; } = [];

    /// <summary>Rows of a table that name their contact, one id each, are the kept one's and noted under the table's name.</summary>
    internal Task MoveAsync(string table, string id, CancellationToken ct) =>
        RunAsync(
            $"""
            WITH moved AS (UPDATE {table} SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $4 RETURNING {id} AS id)
            INSERT INTO contact_moves (tenant_id, merge_id, part, item_id, number) SELECT $1, $2, '{table}', id, 0 FROM moved WHERE $5
            """,
            ct,
            IsNoted
        );

    /// <summary>The way back of <see cref="MoveAsync"/>.</summary>
    internal Task BackAsync(string table, string id, CancellationToken ct) =>
        RunAsync(
            $"""
            UPDATE {table} t SET contact_id = $4 FROM contact_moves m
            WHERE m.tenant_id = $1 AND m.merge_id = $2 AND m.part = '{table}' AND t.tenant_id = $1 AND t.{id} = m.item_id AND t.contact_id = $3
            """,
            ct
        );

    /// <param name="sql">$1 the tenant, $2 the merge, $3 the kept contact, $4 the other one.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="more">From $5 on.</param>
    internal async Task RunAsync(string sql, CancellationToken ct, params object?[] more)
    {
        await using var command = Sql(sql, more);
        await command.ExecuteNonQueryAsync(ct);
    }

    internal NpgsqlCommand Sql(string sql, params object?[] more) =>
        Connection.Sql(sql, [Tenant.Value, Merge.Value, Kept.Value, Other.Value, .. more]);
}
