using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>How a campaign's hand-over ends, in the transaction that ends the attempt.</summary>
internal static class CampaignEnds
{
    public static async Task<AttemptEnd> NotTakenAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        Attempt attempt,
        AttemptResult.NotTaken failed,
        CancellationToken cancellation
    )
    {
        var next = LedgerRules.AfterCampaign(failed.Failure, failed.SurelyNotSent, failed.RetryAfter, attempt.Attempts);
        await SendRecord.FailureAsync(connection, claim, failed.Failure, cancellation);
        if (next is AfterFailure.Doubt doubt)
        {
            await LedgerSql.DoubtAsync(connection, claim.Tenant, attempt.Message, doubt.Reason, cancellation);
            await ShowAsync(connection, claim.Tenant, attempt.Message, cancellation);
            await WorkList.DueAsync(connection, WorkKind.Settle, claim.Instance, cancellation, LedgerRules.NextLook(0)!.Value);
            return new AttemptEnd(Held: true, next);
        }

        // From the hour that its row names, which may be gone after this.
        await SendRecord.CountAsync(connection, claim, attempt.Message, -1, next is AfterFailure.Fail ? +1 : 0, cancellation);
        if (next is AfterFailure.Wait wait)
        {
            if (await GiveBackAsync(connection, claim, attempt.Message, cancellation) is { } pool)
            {
                // The number rests; the message does not.
                await WorkList.ReleaseAsync(connection, claim, wait.For, cancellation);
                return new AttemptEnd(Held: false, next, pool);
            }

            next = new AfterFailure.Fail($"failed.{LedgerRules.NameOf(failed.Failure)}");
        }

        await LedgerSql.FailAsync(connection, claim.Tenant, attempt.Message, ((AfterFailure.Fail)next).Reason, cancellation);
        await FailAsync(connection, claim, attempt.Message, cancellation);
        return new AttemptEnd(Held: true, next);
    }

    /// <summary>
    /// It surely did not go out and another number may send it: the row leaves the ledger, the message stands in the pool's queue again where it stood, and
    /// what was counted for it is taken back. Null: its pool is gone.
    /// </summary>
    private static async Task<PoolId?> GiveBackAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        MessageId message,
        CancellationToken cancellation
    )
    {
        if (await FindAsync(connection, claim, message, cancellation) is not { HasPool: true } sent)
        {
            return null;
        }

        await UncountAsync(connection, claim, sent, cancellation);
        // The queue before the campaign, as whoever takes from them (LaneTally): parts of one statement come in an order of their own.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    """
                    WITH m AS (
                        DELETE FROM messages WHERE tenant_id = $1 AND id = $2 AND delivery = 'Sending' RETURNING body, client_key, attempts, media_id
                    ), s AS (
                        DELETE FROM campaign_sends WHERE tenant_id = $1 AND message_id = $2 RETURNING *
                    ), back AS (
                        INSERT INTO pool_messages (id, tenant_id, pool_id, campaign_id, priority, contact_id, body, client_key, queued_at, not_before, attempts,
                            media_id)
                        SELECT s.queue_id, $1, s.pool_id, s.campaign_id, s.priority, s.contact_id, m.body, m.client_key, s.queued_at, s.not_before,
                            m.attempts, m.media_id
                        FROM m, s
                        ON CONFLICT DO NOTHING
                        RETURNING pool_id, campaign_id, priority
                    )
                    UPDATE pool_queues q SET waiting = q.waiting + 1 FROM back b
                    WHERE q.tenant_id = $1 AND q.pool_id = b.pool_id AND q.campaign_id = b.campaign_id AND q.priority = b.priority
                    """,
                    claim.Tenant.Value,
                    message.Value
                ),
                TenantSql.Command(
                    "UPDATE campaign_signals SET sent = sent - 1 WHERE tenant_id = $1 AND campaign_id = $2",
                    claim.Tenant.Value,
                    sent.Campaign.Value
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
        return sent.Pool;
    }

    /// <summary>It surely did not go out and never will: off the caps, and counted for its campaign. After the ledger's own move.</summary>
    private static async Task FailAsync(NpgsqlConnection connection, WorkClaim claim, MessageId message, CancellationToken cancellation)
    {
        if (await FindAsync(connection, claim, message, cancellation) is { } sent)
        {
            await UncountAsync(connection, claim, sent, cancellation);
        }

        await ShowAsync(connection, claim.Tenant, message, cancellation);
        await using var command = connection.Sql(
            """
            UPDATE campaign_signals c SET failed = c.failed + 1 FROM campaign_sends s
            WHERE s.tenant_id = $1 AND s.message_id = $2 AND c.tenant_id = $1 AND c.campaign_id = s.campaign_id
            """,
            claim.Tenant.Value,
            message.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Moves the conversation's row. Only now: a message that goes back to the pool was never seen in a list. A person who was written to for the first time
    /// has a conversation that is nobody's work until he answers.
    /// </summary>
    public static async Task ShowAsync(NpgsqlConnection connection, TenantId tenant, MessageId message, CancellationToken cancellation)
    {
        if (await ReadAsync(connection, tenant, message, cancellation) is not { } shown)
        {
            return;
        }

        var (conversation, instance, head) = shown;
        var before = (await HeadSql.LockAsync(connection, tenant, [conversation], cancellation)).GetValueOrDefault(conversation);
        var after = After(before, tenant, instance, conversation, head);
        await HeadSql.WriteAsync(connection, [after], cancellation);
        var counters = new ConversationCounters();
        counters.Moved(before, after);
        await counters.ApplyAsync(connection, tenant, cancellation);
    }

    /// <summary>The conversation's row with the message in it.</summary>
    /// <param name="before">Null: he was not written to before.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="instance">The number.</param>
    /// <param name="conversation">The thread.</param>
    /// <param name="message">What ended.</param>
    public static ConversationHead After(
        ConversationHead? before,
        TenantId tenant,
        InstanceId instance,
        ConversationId conversation,
        HeadMessage message
    ) =>
        HeadRules.After(
            before
                ?? new ConversationHead
                {
                    ConversationId = conversation,
                    TenantId = tenant,
                    InstanceId = instance,
                    Kind = ConversationKind.Person,
                    Status = ConversationStatus.Resolved,
                    LastAt = DateTimeOffset.MinValue,
                },
            message
        );

    private static async Task UncountAsync(NpgsqlConnection connection, WorkClaim claim, Sent sent, CancellationToken cancellation)
    {
        if (await PaceSql.LockAsync(connection, claim.Tenant, claim.Instance, cancellation) is { } state)
        {
            var back = Pacing.GivenBack(state, sent.Reach, sent.At, sent.Zone);
            await PaceSql.WriteAsync(connection, claim.Tenant, claim.Instance, back, cancellation);
        }
    }

    private static async Task<Sent?> FindAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        MessageId message,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT s.pool_id, s.reach, s.at, t.time_zone, q.waiting IS NOT NULL, s.campaign_id
            FROM campaign_sends s
            JOIN tenants t ON t.id = $1
            LEFT JOIN pool_queues q ON q.tenant_id = $1 AND q.pool_id = s.pool_id AND q.campaign_id = s.campaign_id AND q.priority = s.priority
            WHERE s.tenant_id = $1 AND s.message_id = $2
            """,
            claim.Tenant.Value,
            message.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new Sent(
                new PoolId(reader.GetGuid(0)),
                Enum.Parse<Reach>(reader.GetString(1)),
                reader.GetFieldValue<DateTimeOffset>(2),
                TimeZoneInfo.FindSystemTimeZoneById(reader.GetString(3)),
                reader.GetBoolean(4),
                new CampaignId(reader.GetGuid(5))
            )
            : null;
    }

    private static async Task<(ConversationId, InstanceId, HeadMessage)?> ReadAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "SELECT conversation_id, instance_id, sent_at, kind, text, delivery FROM messages WHERE tenant_id = $1 AND id = $2",
            tenant.Value,
            message.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (
                new ConversationId(reader.GetGuid(0)),
                new InstanceId(reader.GetGuid(1)),
                new HeadMessage(
                    message,
                    reader.GetFieldValue<DateTimeOffset>(2),
                    MessageDirection.Out,
                    MessageOrigin.Campaign,
                    Enum.Parse<MessageKind>(reader.GetString(3)),
                    reader.GetString(4),
                    Enum.Parse<DeliveryState>(reader.GetString(5)),
                    Counts: true
                )
            )
            : null;
    }

    private sealed record Sent(PoolId Pool, Reach Reach, DateTimeOffset At, TimeZoneInfo Zone, bool HasPool, CampaignId Campaign);
}
