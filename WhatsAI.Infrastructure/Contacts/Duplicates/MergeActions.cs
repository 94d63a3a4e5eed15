using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Duplicates;

/// <summary>Makes one contact of two, and takes that back.</summary>
public sealed class MergeActions(NpgsqlDataSource database, CurrentMember member, ContactMerges merges, EventHub hub, TimeProvider time)
{
    // Whoever hears from one of them meanwhile holds the same rows in another order; the server lets one of the two through.
    private const int MostCollisions = 3;

    /// <param name="kept">Who stays.</param>
    /// <param name="other">Whose everything moves to him.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, or one of them is gone.</exception>
    public async Task<MergeId> MergeAsync(ContactId kept, ContactId other, CancellationToken ct = default) =>
        (
            await RunAsync(
                (connection, by) => merges.MergeAsync(connection, member.TenantId, (kept, other), kept, by, time.GetUtcNow(), ct),
                "duplicate.gone",
                ct
            )
        )!.Merge;

    /// <exception cref="RuleException">The member may not, or it cannot be taken back any more.</exception>
    public Task UndoAsync(MergeId merge, CancellationToken ct = default) =>
        RunAsync(
            (connection, by) => merges.UndoAsync(connection, member.TenantId, merge, by, time.GetUtcNow(), ct),
            "duplicate.not-undoable",
            ct
        );

    /// <summary>They look alike and are two persons: they are shown no more.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task SayTwoAsync(ContactId a, ContactId b, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await ContactMerges.SayTwoAsync(transaction.Connection, member.TenantId, (a, b), time.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(member.TenantId));
    }

    /// <summary>What <see cref="SayTwoAsync"/> said is taken back.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task AskAgainAsync(ContactId a, ContactId b, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using (
            var command = transaction.Connection.Sql(
                "DELETE FROM contact_pairs WHERE tenant_id = $1 AND first_id = least($2, $3) AND second_id = greatest($2, $3)",
                member.TenantId.Value,
                a.Value,
                b.Value
            )
        )
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(member.TenantId));
    }

    private async Task<ContactMove?> RunAsync(
        Func<NpgsqlConnection, MergeAuthor, Task<ContactMove?>> act,
        string refusal,
        CancellationToken ct
    )
    {
        member.Demand(Permission.ContactsManage);
        for (var i = 1; ; i++)
        {
            try
            {
                await using var transaction = await database.BeginAsync(member.TenantId, ct);
                var move =
                    await act(transaction.Connection, new MergeAuthor(member.UserId, member.DisplayName))
                    ?? throw new RuleException(refusal);
                await transaction.CommitAsync(ct);
                foreach (var change in move.Changes)
                {
                    hub.Publish(change);
                }

                return move;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && i < MostCollisions) { }
        }
    }
}
