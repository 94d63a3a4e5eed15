using Npgsql;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>Takes a campaign's messages out of its pool's queue again, some at a time; what a number has in hand is left to it.</summary>
internal static class QueueRecall
{
    private const int Most = 2_000;

    /// <summary>Why somebody of a cancelled campaign gets nothing.</summary>
    public const string Cancelled = "skipped.cancelled";

    /// <summary>The campaign's hours are over: what has not gone waits with the others. How many came back.</summary>
    public static async Task<int> BackAsync(NpgsqlConnection connection, CampaignRun run, RecipientMoves moves, CancellationToken ct)
    {
        var back = await TakeAsync(connection, run, ct);
        await MoveAsync(connection, run, back, moves, line => line with { State = RecipientState.Planned, QueuedAt = null }, ct);
        return back.Count;
    }

    /// <summary>Nobody gets it any more. True: nobody is left who could.</summary>
    public static async Task<bool> CancelAsync(NpgsqlConnection connection, CampaignRun run, RecipientMoves moves, CancellationToken ct)
    {
        var back = await TakeAsync(connection, run, ct);
        await MoveAsync(connection, run, back, moves, Skipped, ct);
        var planned = await PlannedAsync(connection, run, ct);
        await MoveAsync(connection, run, planned, moves, Skipped, ct);
        return back.Count < Most && planned.Count < Most;

        static RecipientLine Skipped(RecipientLine line) => line with { State = RecipientState.Skipped, Reason = Cancelled };
    }

    private static async Task<List<ContactId>> TakeAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        var contacts = new List<ContactId>();
        await using (
            var command = connection.Sql(
                """
                DELETE FROM pool_messages WHERE id IN (
                    SELECT id FROM pool_messages WHERE tenant_id = $1 AND pool_id = $2 AND campaign_id = $3 AND contact_id IS NOT NULL
                    ORDER BY not_before DESC, id DESC LIMIT $4 FOR UPDATE SKIP LOCKED
                ) RETURNING contact_id
                """,
                run.Tenant.Value,
                run.Pool!.Value.Value,
                run.Id.Value,
                Most
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                contacts.Add(new ContactId(reader.GetGuid(0)));
            }
        }

        if (contacts.Count > 0)
        {
            await using var count = connection.Sql(
                "UPDATE pool_queues SET waiting = waiting - $5 WHERE tenant_id = $1 AND pool_id = $2 AND campaign_id = $3 AND priority = $4",
                run.Tenant.Value,
                run.Pool!.Value.Value,
                run.Id.Value,
                ReleaseTurn.Priority,
                contacts.Count
            );
            await count.ExecuteNonQueryAsync(ct);
        }

        return contacts;
    }

    private static async Task<List<ContactId>> PlannedAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT contact_id FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND state = 'Planned' LIMIT $3",
            run.Tenant.Value,
            run.Id.Value,
            Most
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var contacts = new List<ContactId>();
        while (await reader.ReadAsync(ct))
        {
            contacts.Add(new ContactId(reader.GetGuid(0)));
        }

        return contacts;
    }

    private static async Task MoveAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        List<ContactId> contacts,
        RecipientMoves moves,
        Func<RecipientLine, RecipientLine> after,
        CancellationToken ct
    )
    {
        foreach (var line in (await RecipientNews.LinesAsync(connection, run.Tenant, run.Id, contacts, ct)).Values)
        {
            var now = moves.Now(line);
            if (now.State is RecipientState.Planned or RecipientState.Queued or RecipientState.Sending)
            {
                moves.Move(now, after(now));
            }
        }
    }
}
