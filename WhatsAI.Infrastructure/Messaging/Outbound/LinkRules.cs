using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>
/// Nothing is handed over while the number is known not to be linked: the gateway's answer would be the same as that to a send that broke off midway, and
/// so leave in doubt what surely did not go out.
/// </summary>
internal static class LinkRules
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(10);

    /// <summary>For how long the number's queue rests; null when it may send. What has waited too long, or waits for a banned number, fails visibly.</summary>
    public static async Task<TimeSpan?> WaitAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        List<ConsoleEvent> changes,
        CancellationToken cancellation
    )
    {
        var state = await StateAsync(connection, claim, cancellation);
        if (state is InstanceState.Open or InstanceState.Unknown)
        {
            return null;
        }

        var banned = state == InstanceState.Banned;
        var waiting = await WaitingAsync(connection, claim, cancellation);
        foreach (var (id, conversation, tooLong, said) in waiting)
        {
            if (banned || tooLong)
            {
                await LedgerSql.FailAsync(
                    connection,
                    claim.Tenant,
                    id,
                    banned ? "failed.number-banned" : "failed.not-connected",
                    cancellation
                );
            }
            else if (said)
            {
                continue;
            }
            else
            {
                await using var say = connection.Sql(
                    "UPDATE messages SET reason = 'waiting.not-connected' WHERE tenant_id = $1 AND id = $2",
                    claim.Tenant.Value,
                    id.Value
                );
                await say.ExecuteNonQueryAsync(cancellation);
            }

            changes.Add(new MessageChanged(claim.Tenant, conversation, id));
            changes.Add(new ConversationChanged(claim.Tenant, conversation));
        }

        // With an empty queue the claim is given back by the ordinary way.
        return waiting.Count == 0 || banned ? null : _again;
    }

    private static async Task<InstanceState> StateAsync(NpgsqlConnection connection, WorkClaim claim, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            "SELECT state FROM instance_statuses WHERE tenant_id = $1 AND instance_id = $2",
            claim.Tenant.Value,
            claim.Instance.Value
        );
        return Enum.TryParse<InstanceState>(await command.ExecuteScalarAsync(cancellation) as string, out var state)
            ? state
            : InstanceState.Unknown;
    }

    private static async Task<List<(MessageId Id, ConversationId Conversation, bool TooLong, bool Said)>> WaitingAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT id, conversation_id, lane = 0 AND created_at < now() - $2::interval, reason IS NOT DISTINCT FROM 'waiting.not-connected' FROM messages
            WHERE instance_id = $1 AND delivery = 'Queued' AND held_by IS NULL ORDER BY lane, sent_at, id LIMIT 200
            """,
            claim.Instance.Value,
            LedgerRules.Patience
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var waiting = new List<(MessageId, ConversationId, bool, bool)>();
        while (await reader.ReadAsync(cancellation))
        {
            waiting.Add(
                (new MessageId(reader.GetGuid(0)), new ConversationId(reader.GetGuid(1)), reader.GetBoolean(2), reader.GetBoolean(3))
            );
        }

        return waiting;
    }
}
