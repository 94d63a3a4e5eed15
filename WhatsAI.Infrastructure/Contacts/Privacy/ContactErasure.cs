using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Privacy;

/// <summary>A person who is forgotten: the contact and all that were merged into it.</summary>
/// <param name="Contacts">Their rows have no name, number or picture any more.</param>
/// <param name="Addresses">How gateways called the person.</param>
/// <param name="Phones">E.164.</param>
/// <param name="Files">Stored files that were only his; deleted where nothing else names them.</param>
public sealed record ContactErasure(
    NpgsqlConnection Connection,
    TenantId Tenant,
    IReadOnlyList<ContactId> Contacts,
    IReadOnlyList<string> Addresses,
    IReadOnlyList<string> Phones,
    IReadOnlyList<Guid> Files,
    UserId By,
    DateTimeOffset Now
)
{
    /// <summary>Published after the commit.</summary>
    public HashSet<ConsoleEvent> Changes { get; } = [];

    /// <param name="sql">$1 the tenant, $2 the contacts.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="more">From $3 on.</param>
    internal async Task RunAsync(string sql, CancellationToken ct, params object?[] more)
    {
        await using var command = Sql(sql, more);
        await command.ExecuteNonQueryAsync(ct);
    }

    internal NpgsqlCommand Sql(string sql, params object?[] more) =>
        Connection.Sql(sql, [Tenant.Value, Contacts.Select(c => c.Value).ToArray(), .. more]);
}

/// <summary>A part of what is given to a person who asks what is kept of him.</summary>
/// <param name="Name">Of its file.</param>
/// <param name="Sql">One jsonb column, a row each; $1 the tenant, $2 the contacts.</param>
public sealed record PersonalDataPart(PersonalData Data, string Name, string Sql);

/// <summary>A file that belongs to it.</summary>
/// <param name="Open">Null: its bytes are gone.</param>
public sealed record PersonalFile(string Name, Func<Stream?> Open);
