using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>What a number gets from its pool when none of its answers is due.</summary>
/// <param name="Attempt">Counted and in the ledger already; null: nothing now.</param>
/// <param name="Wait">When to ask again; null: not unless somebody makes it due.</param>
public sealed record CampaignTurn(Attempt? Attempt, TimeSpan? Wait = null)
{
    public static readonly CampaignTurn Nothing = new((Attempt?)null);

    /// <summary>Another number of the pool that the message was left to, to be woken after the commit.</summary>
    public InstanceId? Wakes { get; init; }

    /// <summary>Messages that never go out, dropped on the way.</summary>
    public int Skipped { get; init; }

    /// <summary>The pool whose queue is shorter now.</summary>
    public PoolId? Moved { get; init; }

    /// <summary>The campaign was held while its message was being taken: the transaction must be undone and begun anew.</summary>
    public bool IsOvertaken { get; init; }

    internal static CampaignTurn Later(TimeSpan? wait) => new(null, wait);
}

/// <summary>
/// A number's turn at its pool's queue, in the transaction that holds the number's claim: its pace row is locked, the rules of Core decide, and the message
/// leaves the pool and becomes a row of the ledger with its attempt, counted, before anything is handed over.
/// </summary>
public sealed class CampaignTurns(CampaignLane lane, PaceClock clock)
{
    private const int MostSkips = 50;

    // A number that is unwell, or whose server rests, looks again by itself: what says that it is well need not know of campaigns.
    private static readonly TimeSpan _unwell = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    /// <param name="rest">What is known of the number's server; null: it answers.</param>
    public async Task<CampaignTurn> TakeAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        ServerRest? rest,
        CancellationToken cancellation
    )
    {
        // Who has nothing to send, or may not, is woken by what changes that: a feed, a release, a role.
        if (await SendingNumber.FindAsync(connection, claim, cancellation) is not { HasWork: true } number || !number.Role.Sends())
        {
            return CampaignTurn.Nothing;
        }

        if (rest is not null || number.State != InstanceState.Open || !number.Verdict.MaySend())
        {
            return CampaignTurn.Later(rest?.Wait ?? _unwell);
        }

        if (await PaceSql.LockAsync(connection, claim.Tenant, claim.Instance, cancellation) is not { } state)
        {
            return CampaignTurn.Nothing;
        }

        var tally = new LaneTally();
        var turn = await FindAsync(connection, claim, number, state, tally, cancellation);
        return await tally.WriteAsync(connection, claim.Tenant, cancellation)
            ? turn with
            {
                Skipped = tally.Skips,
                Moved = turn.Attempt is not null || tally.Skips > 0 ? number.Pool : null,
            }
            : turn with
            {
                IsOvertaken = true,
            };
    }

    /// <summary>After the commit of the turn.</summary>
    public async Task AfterAsync(CampaignTurn turn, CancellationToken cancellation)
    {
        for (var i = 0; i < turn.Skipped; i++)
        {
            LedgerMeter.Skipped(Lane.Campaign);
        }

        if (turn.Wakes is { } other)
        {
            await lane.WakeAsync(other, cancellation);
        }
    }

    /// <summary>After the commit that gave a message back: the other numbers of the pool may be asleep, having seen its queue empty.</summary>
    public Task CameBackAsync(TenantId tenant, PoolId pool, CancellationToken cancellation) => lane.WakeAsync(tenant, pool, cancellation);

    private async Task<CampaignTurn> FindAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        SendingNumber number,
        PaceState state,
        LaneTally tally,
        CancellationToken cancellation
    )
    {
        var (at, lanes) = await PoolQueueSql.DueAsync(connection, claim.Tenant, number.Pool, clock.Ahead, cancellation);
        if (lanes.Count == 0)
        {
            return CampaignTurn.Later(await PoolQueueSql.NextAsync(connection, claim.Tenant, number.Pool, clock.Ahead, cancellation));
        }

        var known = Pacing.NextSendAt(state, number.Pace, Reach.Known, at, number.Zone, Random.Shared);
        if (known is not PaceDecision.Now)
        {
            return CampaignTurn.Later(known.AskAgain(at) - at);
        }

        var strangers = Pacing.NextSendAt(state, number.Pace, Reach.Stranger, at, number.Zone, Random.Shared);
        var onlyKnown = strangers is not PaceDecision.Now;
        foreach (var due in lanes)
        {
            while (await PoolQueueSql.LockAsync(connection, claim.Tenant, due, at, onlyKnown, cancellation) is { } message)
            {
                var to = await Recipient.FindAsync(connection, claim.Tenant, message, cancellation);
                var step = Decide(number, state, message, to, at);
                switch (step)
                {
                    case CampaignStep.Skip:
                        await PoolQueueSql.DeleteAsync(connection, claim.Tenant, message.Id, cancellation);
                        tally.Skipped(due);
                        break;
                    case null:
                        await PoolQueueSql.DeleteAsync(connection, claim.Tenant, message.Id, cancellation);
                        tally.Dropped(due);
                        break;
                    case CampaignStep.Send send:
                        var other = await PoolShare.LeaveToAsync(connection, claim.Tenant, number, state, message, to, at, cancellation);
                        if (other is not null)
                        {
                            return CampaignTurn.Later(PoolShare.Again) with { Wakes = other };
                        }

                        tally.Sent(due);
                        return new CampaignTurn(await BeginAsync(connection, claim, send.State, message, to, at, cancellation));
                    case CampaignStep.Wait wait:
                        return CampaignTurn.Later(wait.Decision.AskAgain(at) - at);
                    default:
                        return CampaignTurn.Later(_unwell);
                }

                if (tally.Skips >= MostSkips)
                {
                    return CampaignTurn.Later(TimeSpan.Zero);
                }
            }
        }

        // Others have what is left in hand, or it is to strangers.
        return CampaignTurn.Later(onlyKnown ? strangers.AskAgain(at) - at : _soon);
    }

    /// <summary>Null: it is in the ledger already.</summary>
    private static CampaignStep? Decide(SendingNumber number, PaceState state, WaitingMessage message, Recipient to, DateTimeOffset at) =>
        message.WasSent ? null
        : !to.HasAddress ? new CampaignStep.Skip("skipped.no-address")
        : CampaignSend.Decide(
            new CampaignMessage(to.Reach, to.IsSuppressed, to.IsBlocked),
            number.Verdict,
            state,
            number.Pace,
            at,
            number.Zone,
            Random.Shared
        );

    private async Task<Attempt> BeginAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        PaceState counted,
        WaitingMessage message,
        Recipient to,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        var now = at - clock.Ahead;
        var contact = to.Contact ?? await Recipient.AddAsync(connection, claim.Tenant, message.Phone!, now, cancellation);
        var place = new ThreadPlace(connection, claim.Tenant, claim.Instance, now);
        var conversation = (await Threads.ResolveAsync(place, [contact], [], cancellation)).Persons[contact];
        var id = Id.New<MessageId>(now);
        await PaceSql.WriteAsync(connection, claim.Tenant, claim.Instance, counted, cancellation);
        await using (
            var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    TenantSql.Command(
                        """
                        INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, delivery,
                            lane, client_key, media_attempts, attempts, attempted_at, settle_count)
                        VALUES ($1, $2, $3, $4, 'Out', 'Campaign', $5, $6, $7, $8, $8, 'Sending', $9, $10, 0, $11, now(), 0)
                        """,
                        id.Value,
                        claim.Tenant.Value,
                        conversation.Value,
                        claim.Instance.Value,
                        message.Body.Kind.ToString(),
                        message.Body.Plain,
                        JsonParameter.Of(MessageBodyJson.Write(message.Body)),
                        now.ToUniversalTime(),
                        (short)Lane.Campaign,
                        message.ClientKey,
                        (short)(message.Attempts + 1)
                    ),
                    TenantSql.Command(
                        """
                        INSERT INTO campaign_sends (message_id, tenant_id, campaign_id, pool_id, instance_id, contact_id, priority, reach, at, queue_id, queued_at, not_before)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                        """,
                        id.Value,
                        claim.Tenant.Value,
                        message.Lane.Campaign.Value,
                        message.Lane.Pool.Value,
                        claim.Instance.Value,
                        contact.Value,
                        message.Lane.Priority,
                        to.Reach.ToString(),
                        at.ToUniversalTime(),
                        message.Id,
                        message.QueuedAt.ToUniversalTime(),
                        message.NotBefore.ToUniversalTime()
                    ),
                    TenantSql.Command("DELETE FROM pool_messages WHERE tenant_id = $1 AND id = $2", claim.Tenant.Value, message.Id),
                },
            }
        )
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await SendRecord.CountAsync(connection, claim, id, +1, 0, cancellation);
        var queued = new QueuedMessage(id, conversation, Lane.Campaign, MessageOrigin.Campaign, TimeSpan.Zero);
        return await QueueSql.TargetAsync(connection, claim.Tenant, queued, cancellation) is { } attempt
            ? attempt with
            {
                Attempts = message.Attempts + 1,
            }
            : throw new InvalidOperationException("A recipient's address was there a moment ago.");
    }
}
