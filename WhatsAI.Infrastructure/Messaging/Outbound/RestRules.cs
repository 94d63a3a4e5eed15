using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>
/// When a number's queue rests. Nothing is handed over while the number is known not to be linked, or its server not to answer: the outcome would be the
/// same as that of a send that broke off midway, and so leave in doubt what surely did not go out.
/// </summary>
internal static class RestRules
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _decided = TimeSpan.FromSeconds(30);

    /// <summary>For how long the queue rests; null when the number may send or nothing waits. What waits for a banned number fails visibly.</summary>
    public static async Task<TimeSpan?> UnlinkedAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        List<ConsoleEvent> changes,
        CancellationToken cancellation
    )
    {
        var (state, mayMove) = await StateAsync(connection, claim, cancellation);
        if (state is InstanceState.Open or InstanceState.Unknown)
        {
            return null;
        }

        // What waits for a number of a pool may go on through another one: that is decided first.
        var banned = state == InstanceState.Banned && !mayMove;
        await FailAsync(connection, claim, banned ? "number-banned" : "not-connected", banned, changes, cancellation);
        return await SayAsync(connection, claim, "not-connected", changes, cancellation) ? _again : null;
    }

    /// <summary>The same for a server that does not answer.</summary>
    public static async Task<TimeSpan?> UnansweredAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        ServerRest? rest,
        List<ConsoleEvent> changes,
        CancellationToken cancellation
    )
    {
        if (rest is null)
        {
            return null;
        }

        var name = LedgerRules.NameOf(rest.Failure);
        await FailAsync(connection, claim, name, all: false, changes, cancellation);
        await SendRecord.FailureAsync(connection, claim, rest.Failure, cancellation);
        return await SayAsync(connection, claim, name, changes, cancellation) ? rest.Wait : null;
    }

    /// <summary>Fails what has waited longer than <see cref="LedgerRules.Patience"/>; campaigns have a patience of their own.</summary>
    private static async Task FailAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        string name,
        bool all,
        List<ConsoleEvent> changes,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            WITH failed AS (
                UPDATE messages SET delivery = 'Failed', reason = $3, due_at = NULL
                WHERE tenant_id = $1 AND instance_id = $2 AND delivery = 'Queued' AND held_by IS NULL
                    AND ($4 OR (lane < $5 AND coalesce(queued_at, created_at) < now() - $6::interval))
                RETURNING id, conversation_id, lane
            ), heads AS (
                UPDATE conversation_heads h SET last_delivery = 'Failed' FROM failed f
                WHERE h.tenant_id = $1 AND h.conversation_id = f.conversation_id AND h.last_message_id = f.id
            )
            SELECT id, conversation_id, lane FROM failed
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            $"failed.{name}",
            all,
            (short)Lane.Campaign,
            LedgerRules.Patience
        );
        await AddAsync(command, claim, changes, cancellation);
    }

    /// <summary>Says on each answer what it waits for; false when none waits.</summary>
    private static async Task<bool> SayAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        string name,
        List<ConsoleEvent> changes,
        CancellationToken cancellation
    )
    {
        await using (
            var command = connection.Sql(
                """
                UPDATE messages SET reason = $3
                WHERE tenant_id = $1 AND instance_id = $2 AND delivery = 'Queued' AND held_by IS NULL AND lane < $4 AND reason IS DISTINCT FROM $3
                RETURNING id, conversation_id
                """,
                claim.Tenant.Value,
                claim.Instance.Value,
                $"waiting.{name}",
                (short)Lane.Campaign
            )
        )
        {
            await AddAsync(command, claim, changes, cancellation);
        }

        return await QueueSql.NextDueAsync(connection, claim.Instance, cancellation) is not null;
    }

    private static async Task AddAsync(NpgsqlCommand command, WorkClaim claim, List<ConsoleEvent> changes, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.FieldCount == 3)
            {
                LedgerMeter.Failed(reader.IsDBNull(2) ? Lane.Reply : (Lane)reader.GetInt16(2));
            }

            var conversation = new ConversationId(reader.GetGuid(1));
            changes.Add(new MessageChanged(claim.Tenant, conversation, new MessageId(reader.GetGuid(0))));
            changes.Add(new ConversationChanged(claim.Tenant, conversation));
        }
    }

    private static async Task<(InstanceState State, bool MayMove)> StateAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT s.state, EXISTS (SELECT FROM pool_members m WHERE m.tenant_id = $1 AND m.instance_id = $2) AND (s.state_since > now() - $3::interval
                OR EXISTS (SELECT FROM failovers f WHERE f.tenant_id = $1 AND f.instance_id = $2 AND f.finished_at IS NULL))
            FROM instance_statuses s WHERE s.tenant_id = $1 AND s.instance_id = $2
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            _decided
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (Enum.TryParse<InstanceState>(reader.GetString(0), out var state) ? state : InstanceState.Unknown, reader.GetBoolean(1))
            : (InstanceState.Unknown, false);
    }
}
