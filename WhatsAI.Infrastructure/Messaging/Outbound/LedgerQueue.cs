using Npgsql;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>
/// The two transactions around a hand-over: begin, which picks the most urgent message, checks it for the last time and commits the attempt; and end, which
/// writes what became of it. Both need the claim. Answers and automation wait in the number's own queue; when none of them is due, the number takes its turn
/// at its pool's.
/// </summary>
/// <remarks>
/// Where many numbers of a company send at once, their begins share transactions, and so do their ends (<see cref="SharedBegins"/>,
/// <see cref="SharedEnds"/>).
/// </remarks>
public sealed class LedgerQueue(
    NpgsqlDataSource database,
    CampaignTurns campaigns,
    PaceClock clock,
    EventHub hub,
    WorkSignal work,
    InboundSignal inbound,
    TimeProvider time,
    SendDatabase? shared = null
)
{
    private readonly SharedBegins _begins = new(shared?.Source ?? database, campaigns, hub);

    private readonly SharedEnds _ends = new(database, shared?.Source ?? database, clock, hub, inbound, time);

    /// <summary>Null when nothing may be sent now; the claim is given back then.</summary>
    /// <param name="rest">What is known of the number's server before anything is handed to it; null: it answers.</param>
    public async Task<Attempt?> BeginAsync(WorkClaim claim, CancellationToken cancellation, ServerRest? rest = null)
    {
        if (rest is null && await _begins.BeginAsync(claim, cancellation) is { IsDone: true } begun)
        {
            return begun.Turn.Attempt;
        }

        return await BeginAloneAsync(claim, rest, cancellation);
    }

    private async Task<Attempt?> BeginAloneAsync(WorkClaim claim, ServerRest? rest, CancellationToken cancellation)
    {
        while (true)
        {
            // What was held while it was being taken is not there the next time.
            if (await TryBeginAsync(claim, rest, cancellation) is (true, var attempt))
            {
                return attempt;
            }
        }
    }

    private async Task<(bool Done, Attempt? Attempt)> TryBeginAsync(WorkClaim claim, ServerRest? rest, CancellationToken cancellation)
    {
        var changes = new List<ConsoleEvent>();
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        var connection = transaction.Connection;
        if (!await WorkList.LockAsync(connection, claim, cancellation))
        {
            return (true, null);
        }

        var orphans = await DoubtOrphansAsync(connection, claim, changes, cancellation);
        var skipped = new List<Lane>();
        var wait =
            await RestRules.UnlinkedAsync(connection, claim, changes, cancellation)
            ?? await RestRules.UnansweredAsync(connection, claim, rest, changes, cancellation);

        Attempt? attempt = null;
        while (attempt is null && wait is null && await QueueSql.HeadAsync(connection, claim.Instance, cancellation) is { } next)
        {
            if (next.Wait > TimeSpan.Zero)
            {
                wait = next.Wait;
                break;
            }

            var refusal = await LastCheck.RefusalAsync(connection, claim.Tenant, next, cancellation);
            if (refusal is null && await QueueSql.TargetAsync(connection, claim.Tenant, next, cancellation) is { } target)
            {
                attempt = target;
                await LedgerSql.BeginAsync(connection, claim.Tenant, next.Id, cancellation);
                await SendRecord.CountAsync(connection, claim, next.Id, +1, 0, cancellation);
            }
            else
            {
                await LedgerSql.SkipAsync(connection, claim.Tenant, next.Id, refusal ?? "skipped.no-address", cancellation);
                skipped.Add(next.Lane);
            }

            changes.Add(new MessageChanged(claim.Tenant, next.Conversation, next.Id));
            changes.Add(new ConversationChanged(claim.Tenant, next.Conversation));
        }

        var take = CampaignTake.Nothing;
        if (attempt is null && wait is null)
        {
            take = await campaigns.TakeAsync(connection, claim.Tenant, [claim.Instance], rest, cancellation);
            attempt = take.Of(claim.Instance).Attempt;
        }

        if (take.IsOvertaken)
        {
            return (false, null);
        }

        if (attempt is null)
        {
            wait ??= Sooner(await QueueSql.NextDueAsync(connection, claim.Instance, cancellation), take.Of(claim.Instance).Wait);
            await WorkList.ReleaseAsync(connection, claim, wait, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        orphans.ForEach(LedgerMeter.Unconfirmed);
        skipped.ForEach(LedgerMeter.Skipped);
        hub.Publish([.. changes, .. take.Moved.Select(p => new PoolChanged(claim.Tenant, p))]);
        await campaigns.AfterAsync(take, cancellation);
        return (true, attempt);
    }

    internal static TimeSpan? Sooner(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    /// <summary>Gives the claim back untouched, to be taken up again after a while.</summary>
    public Task PutOffAsync(WorkClaim claim, TimeSpan wait, CancellationToken cancellation) =>
        database.GiveBackAsync(claim, _ => Task.FromResult<TimeSpan?>(wait), cancellation);

    /// <summary>Writes the result; false when the claim is no longer held (given back to wait, or lost).</summary>
    public async Task<bool> EndAsync(WorkClaim claim, Attempt attempt, AttemptResult result, CancellationToken cancellation)
    {
        if (attempt.Lane == Lane.Campaign && result is AttemptResult.Taken gone)
        {
            var taken = new TakenSend(claim, attempt, gone.Sent);
            if (await _ends.EndAsync(taken) is not SharedEnd.Alone and var end)
            {
                return end == SharedEnd.Held;
            }

            return await _ends.AloneAsync(taken, cancellation) == SharedEnd.Held;
        }

        return await EndAloneAsync(claim, attempt, result, cancellation);
    }

    private async Task<bool> EndAloneAsync(WorkClaim claim, Attempt attempt, AttemptResult result, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        var connection = transaction.Connection;
        await WorkList.WaitForInboundAsync(connection, claim.Instance, cancellation);
        if (!await WorkList.LockAsync(connection, claim, cancellation))
        {
            return false;
        }

        var unwell = await HealthAsync(connection, claim, result, cancellation);
        var end = result switch
        {
            AttemptResult.Taken taken => await TakenAsync(connection, claim, attempt, taken.Sent, cancellation),
            AttemptResult.NotTaken failed => attempt.Lane == Lane.Campaign
                ? await CampaignEnds.NotTakenAsync(connection, claim, attempt, failed, cancellation)
                : await NotTakenAsync(connection, claim, attempt, failed, cancellation),
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
        LedgerMeter.Ended(attempt, end.Next, time.GetUtcNow());
        hub.Publish([
            new MessageChanged(claim.Tenant, attempt.Conversation, attempt.Message),
            new ConversationChanged(claim.Tenant, attempt.Conversation),
            new InstanceChanged(claim.Tenant, claim.Instance),
        ]);
        inbound.Raise(claim.Instance);
        if (end.Next is AfterFailure.Doubt)
        {
            work.Raise(WorkKind.Settle);
        }

        if (end.Back is { } pool)
        {
            await campaigns.CameBackAsync(claim.Tenant, pool, cancellation);
        }

        if (unwell)
        {
            work.Raise(WorkKind.Watch);
        }

        return end.Held;
    }

    /// <summary>What a refusal says of the number itself; whether it must be judged anew. A message that simply went says nothing until it is confirmed.</summary>
    private static async Task<bool> HealthAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        AttemptResult result,
        CancellationToken cancellation
    )
    {
        if (result is not AttemptResult.NotTaken { Code: { } code })
        {
            return false;
        }

        var news = new WatchNews([new Signal.Failed(await NowAsync(connection, cancellation), code)]);
        return await news.WriteAsync(connection, claim.Tenant, claim.Instance, cancellation)
            && await WorkList.DueAsync(connection, WorkKind.Watch, claim.Instance, cancellation);
    }

    private static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Sql("SELECT now()");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    private static async Task<AttemptEnd> TakenAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        Attempt attempt,
        SentMessage sent,
        CancellationToken cancellation
    )
    {
        var state = await Inbound.WaitingReceipts.TakeAsync(
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
            ), watched AS (
                -- Whether it is confirmed in time is looked at then.
                UPDATE work_list SET due_at = now() + $6 WHERE kind = 'Watch' AND instance_id = $2 AND (due_at IS NULL OR due_at > now() + $6)
            ), stopped AS (
                -- The first message through the number that took over.
                UPDATE failovers SET first_sent_at = now()
                WHERE serves_id = $2 AND first_sent_at IS NULL AND tenant_id = $1
                    AND promoted_at <= (SELECT m.attempted_at FROM messages m WHERE m.tenant_id = $1 AND m.id = $7)
            )
            UPDATE contact_identities i SET jid = $4 FROM conversations c
            WHERE c.tenant_id = $1 AND c.id = $3 AND i.tenant_id = $1 AND i.contact_id = c.contact_id AND i.kind = 'Phone' AND i.value = $5 AND i.jid <> $4
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            attempt.Conversation.Value,
            sent.Chat.Value,
            sent.Chat.Phone?.Value ?? "",
            WatchRules.AckPatience + TimeSpan.FromSeconds(1),
            attempt.Message.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
        return new AttemptEnd(Held: true, Next: null);
    }

    private async Task<AttemptEnd> NotTakenAsync(
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
                await SendRecord.CountAsync(connection, claim, attempt.Message, -1, 0, cancellation);
                await SendRecord.FailureAsync(connection, claim, failed.Failure, cancellation);
                // Nothing overtakes it: the whole number waits.
                await WorkList.ReleaseAsync(connection, claim, wait.For, cancellation);
                return new AttemptEnd(Held: false, next);
            case AfterFailure.Fail fail:
                await LedgerSql.FailAsync(connection, claim.Tenant, attempt.Message, fail.Reason, cancellation);
                await SendRecord.CountAsync(connection, claim, attempt.Message, -1, +1, cancellation);
                await SendRecord.FailureAsync(connection, claim, failed.Failure, cancellation);
                return new AttemptEnd(Held: true, next);
            case AfterFailure.Doubt doubt:
                await LedgerSql.DoubtAsync(connection, claim.Tenant, attempt.Message, doubt.Reason, cancellation);
                await WorkList.DueAsync(connection, WorkKind.Settle, claim.Instance, cancellation, LedgerRules.NextLook(0)!.Value);
                await SendRecord.FailureAsync(connection, claim, failed.Failure, cancellation);
                return new AttemptEnd(Held: true, next);
            default:
                throw new InvalidOperationException(next.GetType().Name);
        }
    }

    /// <summary>A row in "sending" under a claim that has just begun was begun by somebody who lost it: in doubt, and never sent by anybody else.</summary>
    /// <returns>Their lanes.</returns>
    private static async Task<List<Lane>> DoubtOrphansAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        List<ConsoleEvent> changes,
        CancellationToken cancellation
    )
    {
        var orphans = new List<(MessageId Id, ConversationId Conversation, Lane Lane)>();
        await using (
            var command = connection.Sql(
                "SELECT id, conversation_id, lane FROM messages WHERE tenant_id = $1 AND instance_id = $2 AND delivery = 'Sending'",
                claim.Tenant.Value,
                claim.Instance.Value
            )
        )
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                orphans.Add((new(reader.GetGuid(0)), new(reader.GetGuid(1)), reader.IsDBNull(2) ? Lane.Reply : (Lane)reader.GetInt16(2)));
            }
        }

        foreach (var (id, conversation, lane) in orphans)
        {
            await LedgerSql.DoubtAsync(connection, claim.Tenant, id, "unconfirmed.interrupted", cancellation);
            if (lane == Lane.Campaign)
            {
                await CampaignEnds.ShowAsync(connection, claim.Tenant, id, cancellation);
            }

            changes.Add(new MessageChanged(claim.Tenant, conversation, id));
            changes.Add(new ConversationChanged(claim.Tenant, conversation));
        }

        if (orphans.Count > 0)
        {
            await WorkList.DueAsync(connection, WorkKind.Settle, claim.Instance, cancellation, LedgerRules.NextLook(0)!.Value);
            await LedgerSql.ReleaseEchoesAsync(connection, claim.Tenant, claim.Instance.Value, null, cancellation);
        }

        return orphans.ConvertAll(o => o.Lane);
    }
}
