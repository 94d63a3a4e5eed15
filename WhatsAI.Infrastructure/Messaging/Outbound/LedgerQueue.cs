using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>
/// The two transactions around a hand-over: begin, which picks the most urgent message, checks it for the last time and commits the attempt; and end, which
/// writes what became of it. Both need the claim.
/// </summary>
public sealed class LedgerQueue(NpgsqlDataSource database, EventHub hub, WorkSignal work, InboundSignal inbound, TimeProvider time)
{
    /// <summary>Null when nothing may be sent now; the claim is given back then.</summary>
    public async Task<Attempt?> BeginAsync(WorkClaim claim, CancellationToken cancellation)
    {
        var changes = new List<ConsoleEvent>();
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        var connection = transaction.Connection;
        if (!await WorkList.LockAsync(connection, claim, cancellation))
        {
            return null;
        }

        await DoubtOrphansAsync(connection, claim, changes, cancellation);
        if (await LinkRules.WaitAsync(connection, claim, changes, cancellation) is { } wait)
        {
            await WorkList.ReleaseAsync(connection, claim, time.GetUtcNow() + wait, cancellation);
            await transaction.CommitAsync(cancellation);
            hub.Publish(changes);
            return null;
        }

        Attempt? attempt = null;
        while (attempt is null && await NextAsync(connection, claim.Instance, cancellation) is { } next)
        {
            var refusal = await LastCheck.RefusalAsync(connection, claim.Tenant, next, cancellation);
            if (refusal is null && await TargetAsync(connection, claim.Tenant, next, cancellation) is { } target)
            {
                attempt = target;
                await LedgerSql.BeginAsync(connection, claim.Tenant, next.Id, cancellation);
                await CountAsync(connection, claim, +1, 0, cancellation);
            }
            else
            {
                await LedgerSql.SkipAsync(connection, claim.Tenant, next.Id, refusal ?? "skipped.no-address", cancellation);
            }

            changes.Add(new MessageChanged(claim.Tenant, next.Conversation, next.Id));
            changes.Add(new ConversationChanged(claim.Tenant, next.Conversation));
        }

        if (attempt is null)
        {
            await WorkList.ReleaseAsync(connection, claim, await NextDueAsync(connection, claim.Instance, cancellation), cancellation);
        }

        await transaction.CommitAsync(cancellation);
        hub.Publish(changes);
        return attempt;
    }

    /// <summary>Writes the result; false when the claim is no longer held (given back to wait, or lost).</summary>
    public async Task<bool> EndAsync(WorkClaim claim, Attempt attempt, AttemptResult result, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        var connection = transaction.Connection;
        // The instance's inbound batch and this end follow each other, so that a receipt or echo is never looked for and stored at the same time.
        await using (
            var fence = connection.Sql(
                "SELECT 1 FROM work_list WHERE kind = 'Inbound' AND instance_id = $1 FOR UPDATE",
                claim.Instance.Value
            )
        )
        {
            await fence.ExecuteNonQueryAsync(cancellation);
        }

        if (!await WorkList.LockAsync(connection, claim, cancellation))
        {
            return false;
        }

        var held = result switch
        {
            AttemptResult.Taken taken => await TakenAsync(connection, claim, attempt, taken.Sent, cancellation),
            AttemptResult.NotTaken failed => await NotTakenAsync(connection, claim, attempt, failed, cancellation),
            _ => throw new InvalidOperationException(result.GetType().Name),
        };
        await LedgerSql.ReleaseEchoesAsync(
            connection,
            claim.Tenant,
            claim.Instance.Value,
            (result as AttemptResult.Taken)?.Sent.ProviderId,
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        hub.Publish([
            new MessageChanged(claim.Tenant, attempt.Conversation, attempt.Message),
            new ConversationChanged(claim.Tenant, attempt.Conversation),
            new InstanceChanged(claim.Tenant, claim.Instance),
        ]);
        inbound.Raise(claim.Instance);
        return held;
    }

    private static async Task<bool> TakenAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        Attempt attempt,
        SentMessage sent,
        CancellationToken cancellation
    )
    {
        var state = await Inbound.Receipts.TakeWaitingAsync(
            connection,
            claim.Tenant.Value,
            claim.Instance.Value,
            sent.ProviderId,
            DeliveryState.Sent,
            cancellation
        );
        await LedgerSql.ConfirmAsync(connection, claim.Tenant, attempt.Message, sent.ProviderId, state, cancellation);
        await using var command = connection.Sql(
            """
            WITH status AS (
                UPDATE instance_statuses SET last_outbound_at = now(), gateway_seen_at = now(), gateway_failure = NULL, gateway_failure_at = NULL
                WHERE tenant_id = $1 AND instance_id = $2
            )
            UPDATE contact_identities i SET jid = $4 FROM conversations c
            WHERE c.tenant_id = $1 AND c.id = $3 AND i.tenant_id = $1 AND i.contact_id = c.contact_id AND i.kind = 'Phone' AND i.value = $5 AND i.jid <> $4
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            attempt.Conversation.Value,
            sent.Chat.Value,
            sent.Chat.Phone?.Value ?? ""
        );
        await command.ExecuteNonQueryAsync(cancellation);
        return true;
    }

    private async Task<bool> NotTakenAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        Attempt attempt,
        AttemptResult.NotTaken failed,
        CancellationToken cancellation
    )
    {
        var next = LedgerRules.After(
            failed.Failure,
            failed.SurelyNotSent,
            failed.RetryAfter,
            attempt.Attempts,
            time.GetUtcNow() - attempt.QueuedAt
        );
        switch (next)
        {
            case AfterFailure.Wait wait:
                await LedgerSql.RequeueAsync(connection, claim.Tenant, attempt.Message, wait.Reason, wait.For, cancellation);
                await CountAsync(connection, claim, -1, 0, cancellation);
                await FailureAsync(connection, claim, failed.Failure, cancellation);
                // Nothing overtakes it: the whole number waits.
                await WorkList.ReleaseAsync(connection, claim, time.GetUtcNow() + wait.For, cancellation);
                return false;
            case AfterFailure.Fail fail:
                await LedgerSql.FailAsync(connection, claim.Tenant, attempt.Message, fail.Reason, cancellation);
                await CountAsync(connection, claim, -1, +1, cancellation);
                await FailureAsync(connection, claim, failed.Failure, cancellation);
                return true;
            case AfterFailure.Doubt doubt:
                await LedgerSql.DoubtAsync(connection, claim.Tenant, attempt.Message, doubt.Reason, cancellation);
                await WorkList.DueAsync(connection, WorkKind.Settle, claim.Instance, cancellation, LedgerRules.NextLook(0)!.Value);
                await FailureAsync(connection, claim, failed.Failure, cancellation);
                work.Raise(WorkKind.Settle);
                return true;
            default:
                throw new InvalidOperationException(next.GetType().Name);
        }
    }

    /// <summary>A row in "sending" under a claim that has just begun was begun by somebody who lost it: in doubt, and never sent by anybody else.</summary>
    private static async Task DoubtOrphansAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        List<ConsoleEvent> changes,
        CancellationToken cancellation
    )
    {
        var orphans = new List<(MessageId Id, ConversationId Conversation)>();
        await using (
            var command = connection.Sql(
                "SELECT id, conversation_id FROM messages WHERE tenant_id = $1 AND instance_id = $2 AND delivery = 'Sending'",
                claim.Tenant.Value,
                claim.Instance.Value
            )
        )
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                orphans.Add((new MessageId(reader.GetGuid(0)), new ConversationId(reader.GetGuid(1))));
            }
        }

        foreach (var (id, conversation) in orphans)
        {
            await LedgerSql.DoubtAsync(connection, claim.Tenant, id, "unconfirmed.interrupted", cancellation);
            changes.Add(new MessageChanged(claim.Tenant, conversation, id));
            changes.Add(new ConversationChanged(claim.Tenant, conversation));
        }

        if (orphans.Count > 0)
        {
            await WorkList.DueAsync(connection, WorkKind.Settle, claim.Instance, cancellation, LedgerRules.NextLook(0)!.Value);
            await LedgerSql.ReleaseEchoesAsync(connection, claim.Tenant, claim.Instance.Value, null, cancellation);
        }
    }

    private static async Task<QueuedMessage?> NextAsync(NpgsqlConnection connection, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            SELECT id, conversation_id, lane, origin FROM messages
            WHERE instance_id = $1 AND delivery = 'Queued' AND held_by IS NULL AND (due_at IS NULL OR due_at <= now())
            ORDER BY lane, sent_at, id LIMIT 1
            """,
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new QueuedMessage(
                new MessageId(reader.GetGuid(0)),
                new ConversationId(reader.GetGuid(1)),
                (Lane)reader.GetInt16(2),
                Enum.Parse<MessageOrigin>(reader.GetString(3))
            )
            : null;
    }

    private static async Task<DateTimeOffset?> NextDueAsync(
        NpgsqlConnection connection,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "SELECT min(coalesce(due_at, now())) FROM messages WHERE instance_id = $1 AND delivery = 'Queued' AND held_by IS NULL",
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return await reader.IsDBNullAsync(0, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(0);
    }

    private static async Task<Attempt?> TargetAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        QueuedMessage next,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT coalesce(c.group_jid, (
                    SELECT i.jid FROM contact_identities i WHERE i.tenant_id = $1 AND i.contact_id = c.contact_id
                    ORDER BY i.kind = 'Phone' DESC, i.first_seen_at LIMIT 1)),
                m.body, m.reply_to_provider_id, q.text, f.hash, f.content_type, f.file_name, m.created_at, m.attempts
            FROM messages m
            JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
            LEFT JOIN messages q ON q.tenant_id = $1 AND q.instance_id = m.instance_id AND q.provider_id = m.reply_to_provider_id
            LEFT JOIN media_files f ON f.tenant_id = $1 AND f.id = m.media_id
            WHERE m.tenant_id = $1 AND m.id = $2
            """,
            tenant.Value,
            next.Id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation) || reader.IsDBNull(0) || !Jid.TryParse(reader.GetString(0), out var to))
        {
            return null;
        }

        return new Attempt(
            next.Id,
            next.Conversation,
            to,
            MessageBodyJson.Read(reader.GetString(1)),
            reader.IsDBNull(2) ? null : new Quote(reader.GetString(2), reader.IsDBNull(3) ? "" : HeadRules.Preview(reader.GetString(3))),
            reader.IsDBNull(4)
                ? null
                : new AttemptMedia(reader.GetString(4), reader.GetString(5), reader.IsDBNull(6) ? "arquivo" : reader.GetString(6)),
            reader.GetFieldValue<DateTimeOffset>(7),
            reader.GetInt16(8) + 1
        );
    }

    /// <summary>Limits are counted in the transaction that claims; what surely did not go out is taken back.</summary>
    private static async Task CountAsync(NpgsqlConnection connection, WorkClaim claim, int sent, int failed, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            INSERT INTO instance_hours AS h (tenant_id, instance_id, hour, received, sent, failed)
            VALUES ($1, $2, date_trunc('hour', now(), 'UTC'), 0, greatest($3, 0), $4)
            ON CONFLICT (tenant_id, instance_id, hour) DO UPDATE SET sent = greatest(h.sent + $3, 0), failed = h.failed + $4
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            sent,
            failed
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task FailureAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        GatewayFailure failure,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "UPDATE instance_statuses SET gateway_failure = $3, gateway_failure_at = now() WHERE tenant_id = $1 AND instance_id = $2",
            claim.Tenant.Value,
            claim.Instance.Value,
            failure.ToString()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The message whose turn it is.</summary>
internal sealed record QueuedMessage(MessageId Id, ConversationId Conversation, Lane Lane, MessageOrigin Origin);
