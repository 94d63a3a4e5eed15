using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Duplicates;

/// <param name="Id">The member; null where a message proved it.</param>
internal sealed record MergeAuthor(UserId? Id, string? Name)
{
    /// <summary>A message that names both.</summary>
    public static MergeAuthor Message { get; } = new(null, null);
}

/// <summary>Makes two contacts one and two again, whoever asks for it, in the caller's transaction.</summary>
public sealed class ContactMerges(IEnumerable<IContactStep> steps)
{
    /// <summary>Null: one of them is gone, merged already, or they are the same.</summary>
    /// <param name="connection">Has entered the tenant.</param>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="kept">Null: the better known of the two.</param>
    internal async Task<ContactMove?> MergeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        (ContactId A, ContactId B) pair,
        ContactId? kept,
        MergeAuthor by,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var fields = await FieldSql.AllAsync(connection, tenant, shared: false, ct);
        var sides = await MergeSql.LockAsync(connection, tenant, [pair.A, pair.B], fields, ct);
        if (sides.Count < 2)
        {
            return null;
        }

        var (stays, goes) = kept is null
            ? MergePlan.Order(sides[pair.A], sides[pair.B])
            : (sides[kept.Value], sides[kept.Value == pair.A ? pair.B : pair.A]);
        var plan = MergePlan.Of(stays, goes);
        var move = new ContactMove(connection, tenant, Id.New<MergeId>(now), plan.Kept, plan.Other, now) { IsNoted = by.Id is not null };
        await MergeSql.MergeAsync(move, plan, by, stays, ct);
        foreach (var step in steps)
        {
            await step.MergeAsync(move, ct);
        }

        move.Changes.Add(new ContactsChanged(tenant));
        return move;
    }

    /// <summary>Null: it is undone already, or the kept contact is gone or itself part of another.</summary>
    internal async Task<ContactMove?> UndoAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MergeId merge,
        MergeAuthor by,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var fields = await FieldSql.AllAsync(connection, tenant, shared: false, ct);
        if (await FindAsync(connection, tenant, merge, fields.Values, ct) is not { } plan)
        {
            return null;
        }

        var sides = await MergeSql.LockAsync(connection, tenant, [plan.Kept], fields, ct);
        if (!sides.TryGetValue(plan.Kept, out var side))
        {
            return null;
        }

        var move = new ContactMove(connection, tenant, merge, plan.Kept, plan.Other, now);
        await MergeSql.UndoAsync(move, MergeUndo.Of(plan, side), side, by, ct);
        foreach (var step in steps)
        {
            await step.UndoAsync(move, ct);
        }

        // Whoever takes it back says that they are two.
        await SayTwoAsync(connection, tenant, (plan.Kept, plan.Other), now, ct);
        move.Changes.Add(new ContactsChanged(tenant));
        return move;
    }

    /// <summary>They look alike and are two persons.</summary>
    internal static async Task SayTwoAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        (ContactId A, ContactId B) pair,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO contact_pairs (tenant_id, first_id, second_id, at) SELECT $1, least($2, $3), greatest($2, $3), $4
            WHERE $2 <> $3 AND (SELECT count(*) FROM contacts WHERE tenant_id = $1 AND id IN ($2, $3)) = 2 ON CONFLICT DO NOTHING
            """,
            tenant.Value,
            pair.A.Value,
            pair.B.Value,
            now.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<MergePlan?> FindAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MergeId merge,
        IEnumerable<Core.Contacts.Fields.ContactField> fields,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT m.kept_id, m.other_id, m.plan FROM contact_merges m JOIN contacts o ON o.tenant_id = $1 AND o.id = m.other_id
            WHERE m.tenant_id = $1 AND m.id = $2 AND m.undone_at IS NULL AND m.by_id IS NOT NULL AND o.merged_into = m.kept_id AND o.erased_at IS NULL FOR UPDATE OF m
            """,
            tenant.Value,
            merge.Value
        );
        await using var r = await command.ExecuteReaderAsync(ct);
        return await r.ReadAsync(ct)
            ? MergePlanJson.Read(new ContactId(r.GetGuid(0)), new ContactId(r.GetGuid(1)), r.GetString(2), fields)
            : null;
    }
}
