using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>Writes the ends of campaign messages that the gateway took, one of a number at most.</summary>
/// <param name="connection">In the tenant; the numbers' inbound rows and claims are locked.</param>
/// <param name="tenant">Whose.</param>
/// <param name="clock">That paces.</param>
internal sealed class CampaignTaken(NpgsqlConnection connection, TenantId tenant, PaceClock clock)
{
    /// <summary>The numbers whose claims are given back, because nothing of theirs is due; and whether echoes that were held went back to the journal's queue.</summary>
    public async Task<(HashSet<InstanceId> Released, bool Echoes)> WriteAsync(List<TakenSend> ends, CancellationToken cancellation)
    {
        var states = await StatesAsync(ends, cancellation);
        var heads = await HeadSql.LockAsync(connection, tenant, ends.Select(e => e.Attempt.Conversation).Distinct(), cancellation);
        var (confirm, tell) = (Confirm(ends, states), Tell(ends));
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { confirm, tell } })
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        if (confirm.RecordsAffected == ends.Count)
        {
            await ShowAsync(ends, states, heads, cancellation);
        }
        else
        {
            // An end that is written a second time: what the rows say counts.
            foreach (var end in ends)
            {
                await CampaignEnds.ShowAsync(connection, tenant, end.Attempt.Message, cancellation);
            }
        }

        var releases = await ReleasesAsync(ends, cancellation);
        var echoes = Echoes(ends);
        await using var last = new NpgsqlBatch(connection)
        {
            BatchCommands = { echoes, ClaimsSql.ReleaseCommand(WorkKind.Outbound, releases) },
        };
        await last.ExecuteNonQueryAsync(cancellation);
        return ([.. releases.Select(r => r.Claim.Instance)], echoes.RecordsAffected > 0);
    }

    /// <summary>Sent, or what a receipt says that came before.</summary>
    private async Task<Dictionary<MessageId, DeliveryState>> StatesAsync(List<TakenSend> ends, CancellationToken cancellation)
    {
        var waiting = await WaitingReceipts.TakeAsync(
            connection,
            tenant.Value,
            [.. ends.Select(e => (e.Claim.Instance.Value, e.Sent.ProviderId))],
            cancellation
        );
        return ends.ToDictionary(
            e => e.Attempt.Message,
            e =>
                waiting.TryGetValue((e.Claim.Instance.Value, e.Sent.ProviderId), out var receipt)
                    ? DeliveryStates.Advance(DeliveryState.Sent, receipt)
                    : DeliveryState.Sent
        );
    }

    private NpgsqlBatchCommand Confirm(List<TakenSend> ends, Dictionary<MessageId, DeliveryState> states) =>
        // A second row with the id would be the same message seen twice: the id stays where it is.
        TenantSql.Command(
            """
            UPDATE messages m SET delivery = t.delivery, reason = NULL, settle_at = NULL, due_at = NULL,
                provider_id = CASE WHEN EXISTS (
                    SELECT 1 FROM messages o WHERE o.tenant_id = $1 AND o.instance_id = m.instance_id AND o.provider_id = t.provider_id
                ) THEN m.provider_id ELSE t.provider_id END
            FROM unnest($2::uuid[], $3::text[], $4::text[]) AS t (id, delivery, provider_id)
            WHERE m.tenant_id = $1 AND m.id = t.id AND m.delivery IN ('Sending', 'Unconfirmed')
            """,
            tenant.Value,
            ends.Select(e => e.Attempt.Message.Value).ToArray(),
            ends.Select(e => states[e.Attempt.Message].ToString()).ToArray(),
            ends.Select(e => e.Sent.ProviderId).ToArray()
        );

    /// <summary>What the number, its watch, a failover and the person's address learn from it.</summary>
    private NpgsqlBatchCommand Tell(List<TakenSend> ends) =>
        TenantSql.Command(
            """
            WITH taken AS MATERIALIZED (
                SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[]) AS t (instance_id, conversation_id, jid, phone, message_id)
            ), status AS (
                UPDATE instance_statuses s SET last_outbound_at = now(), gateway_seen_at = now(), gateway_failure = NULL, gateway_failure_at = NULL
                FROM taken t WHERE s.tenant_id = $1 AND s.instance_id = t.instance_id
            ), watched AS (
                -- Whether it is confirmed in time is looked at then.
                UPDATE work_list w SET due_at = now() + $7 FROM taken t
                WHERE w.kind = 'Watch' AND w.instance_id = t.instance_id AND (w.due_at IS NULL OR w.due_at > now() + $7)
            ), stopped AS (
                -- The first message through the number that took over.
                UPDATE failovers f SET first_sent_at = now() FROM taken t
                WHERE f.serves_id = t.instance_id AND f.first_sent_at IS NULL AND f.tenant_id = $1
                    AND f.promoted_at <= (SELECT m.attempted_at FROM messages m WHERE m.tenant_id = $1 AND m.id = t.message_id)
            )
            UPDATE contact_identities i SET jid = t.jid FROM taken t JOIN conversations c ON c.tenant_id = $1 AND c.id = t.conversation_id
            WHERE i.tenant_id = $1 AND i.contact_id = c.contact_id AND i.kind = 'Phone' AND i.value = t.phone AND i.jid <> t.jid
            """,
            tenant.Value,
            ends.Select(e => e.Claim.Instance.Value).ToArray(),
            ends.Select(e => e.Attempt.Conversation.Value).ToArray(),
            ends.Select(e => e.Sent.Chat.Value).ToArray(),
            ends.Select(e => e.Sent.Chat.Phone?.Value ?? "").ToArray(),
            ends.Select(e => e.Attempt.Message.Value).ToArray(),
            WatchRules.AckPatience + TimeSpan.FromSeconds(1)
        );

    /// <inheritdoc cref="CampaignEnds.ShowAsync"/>
    private async Task ShowAsync(
        List<TakenSend> ends,
        Dictionary<MessageId, DeliveryState> states,
        Dictionary<ConversationId, ConversationHead> heads,
        CancellationToken cancellation
    )
    {
        var counters = new ConversationCounters();
        var after = new List<ConversationHead>();
        foreach (var (claim, attempt, _) in ends)
        {
            var before = heads.GetValueOrDefault(attempt.Conversation);
            var head = CampaignEnds.After(
                before,
                tenant,
                claim.Instance,
                attempt.Conversation,
                new HeadMessage(
                    attempt.Message,
                    attempt.QueuedAt,
                    MessageDirection.Out,
                    MessageOrigin.Campaign,
                    attempt.Body.Kind,
                    attempt.Body.Plain,
                    states[attempt.Message],
                    Counts: true
                )
            );
            after.Add(head);
            counters.Moved(before, head);
        }

        await HeadSql.WriteAsync(connection, after, cancellation);
        await counters.ApplyAsync(connection, tenant, cancellation);
    }

    /// <summary>For how long each number rests of which nothing is due; with its pool's messages waiting, until its pace allows the next.</summary>
    private async Task<List<(WorkClaim Claim, TimeSpan? Next)>> ReleasesAsync(List<TakenSend> ends, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            SELECT t.instance_id,
                (SELECT min(coalesce(m.due_at, now())) - now() FROM messages m
                    WHERE m.instance_id = t.instance_id AND m.delivery = 'Queued' AND m.held_by IS NULL),
                (SELECT greatest(p.not_before - (clock_timestamp() + $3), interval '0') FROM pool_members b
                    JOIN pace_states p ON p.tenant_id = $1 AND p.instance_id = b.instance_id
                    WHERE b.tenant_id = $1 AND b.instance_id = t.instance_id AND EXISTS (
                        SELECT FROM pool_queues q JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = q.campaign_id
                        WHERE q.tenant_id = $1 AND q.pool_id = b.pool_id AND q.waiting > 0 AND c.held_at IS NULL))
            FROM unnest($2::uuid[]) AS t (instance_id)
            """,
            tenant.Value,
            ends.Select(e => e.Claim.Instance.Value).ToArray(),
            clock.Ahead
        );
        var claims = ends.ToDictionary(e => e.Claim.Instance, e => e.Claim);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var releases = new List<(WorkClaim, TimeSpan?)>();
        while (await reader.ReadAsync(cancellation))
        {
            var (own, pool) = (Time(1), Time(2));
            if (own is null || own > TimeSpan.Zero)
            {
                releases.Add((claims[new InstanceId(reader.GetGuid(0))], LedgerQueue.Sooner(own, pool)));
            }
        }

        return releases;

        TimeSpan? Time(int column) => reader.IsDBNull(column) ? null : reader.GetTimeSpan(column);
    }

    /// <inheritdoc cref="LedgerSql.ReleaseEchoesAsync"/>
    private NpgsqlBatchCommand Echoes(List<TakenSend> ends) =>
        TenantSql.Command(
            """
            WITH held AS (
                DELETE FROM held_echoes h USING unnest($2::uuid[], $3::text[]) AS t (instance_id, provider_id)
                WHERE h.tenant_id = $1 AND h.instance_id = t.instance_id RETURNING h.instance_id, h.journal_id, h.provider_id, t.provider_id AS mine
            )
            INSERT INTO journal_pending (journal_id, tenant_id, instance_id, due_at, attempts)
            SELECT DISTINCT journal_id, $1, instance_id, now(), 0 FROM held WHERE provider_id IS DISTINCT FROM mine
            ON CONFLICT DO NOTHING
            """,
            tenant.Value,
            ends.Select(e => e.Claim.Instance.Value).ToArray(),
            ends.Select(e => e.Sent.ProviderId).ToArray()
        );
}
