using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>
/// The turns of numbers at their pools' queues, in the transaction that holds the numbers' claims: their pace rows are locked, the rules of Core decide, and
/// each message leaves its pool and becomes a row of the ledger with its attempt, counted, before anything is handed over.
/// </summary>
public sealed class CampaignTurns(CampaignLane lane, ErasedPeople erased, PaceClock clock)
{
    private const int MostSkips = 50;

    // A number that is unwell, or whose server rests, looks again by itself: what says that it is well need not know of campaigns.
    private static readonly TimeSpan _unwell = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    /// <param name="connection">In the tenant; the claims' rows are locked.</param>
    /// <param name="tenant">Whose numbers they are.</param>
    /// <param name="instances">The numbers, each of which may begin one send.</param>
    /// <param name="rest">What is known of the numbers' server; null: it answers.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<CampaignTake> TakeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<InstanceId> instances,
        ServerRest? rest,
        CancellationToken cancellation
    )
    {
        var turns = new Dictionary<InstanceId, CampaignTurn>();
        var able = new List<SendingNumber>();
        // Who has nothing to send, or may not, is woken by what changes that: a feed, a release, a role.
        foreach (
            var number in (await SendingNumber.FindAsync(connection, tenant, instances, cancellation)).Where(n =>
                n.HasWork && n.Role.Sends()
            )
        )
        {
            if (rest is null && number.State == InstanceState.Open && number.Verdict.MaySend())
            {
                able.Add(number);
            }
            else
            {
                turns[number.Instance] = CampaignTurn.Later(rest?.Wait ?? _unwell);
            }
        }

        if (able.Count == 0)
        {
            return new CampaignTake(turns);
        }

        var tally = new LaneTally();
        if (await TakeAsync(connection, tenant, able, tally, turns, cancellation) is not { } begun)
        {
            return CampaignTake.Overtaken;
        }

        foreach (var (instance, attempt) in begun)
        {
            turns[instance] = new CampaignTurn(attempt);
        }

        return new CampaignTake(turns) { Skipped = tally.Skips, Moved = tally.Pools };
    }

    /// <summary>After the commit of the turns.</summary>
    public async Task AfterAsync(CampaignTake take, CancellationToken cancellation)
    {
        Count(take);
        foreach (var other in take.Turns.Values.Select(t => t.Wakes).OfType<InstanceId>())
        {
            await WakeAsync(other, cancellation);
        }
    }

    /// <summary>The number that a message was left to, after the commit that left it.</summary>
    public Task WakeAsync(InstanceId other, CancellationToken cancellation) => lane.WakeAsync(other, cancellation);

    /// <summary>Messages that never go out, after the commit of the turns.</summary>
    public static void Count(CampaignTake take)
    {
        for (var i = 0; i < take.Skipped; i++)
        {
            LedgerMeter.Skipped(Lane.Campaign);
        }
    }

    /// <summary>After the commit that gave a message back: the other numbers of the pool may be asleep, having seen its queue empty.</summary>
    public Task CameBackAsync(TenantId tenant, PoolId pool, CancellationToken cancellation) => lane.WakeAsync(tenant, pool, cancellation);

    /// <summary>Null: overtaken.</summary>
    private async Task<Dictionary<InstanceId, Attempt>?> TakeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        List<SendingNumber> able,
        LaneTally tally,
        Dictionary<InstanceId, CampaignTurn> turns,
        CancellationToken cancellation
    )
    {
        var states = await PaceSql.LockAsync(connection, tenant, able.ConvertAll(n => n.Instance), cancellation);
        var numbers = able.Where(n => states.ContainsKey(n.Instance)).ToLookup(n => n.Pool);
        PoolId[] pools = [.. numbers.Select(n => n.Key)];
        var due = await PoolQueueSql.DueAsync(connection, tenant, pools, clock.Ahead, cancellation);
        var idle = await PoolShare.IdleAsync(connection, tenant, pools, able.ConvertAll(n => n.Instance), clock.Ahead, cancellation);
        var taking = new List<PoolTaking>();
        foreach (var pool in numbers)
        {
            if (due.Lanes[pool.Key].Any())
            {
                var turn = new PoolTurn(pool, states, [.. idle[pool.Key]], due.At, tally);
                taking.Add(new PoolTaking(turn, new Queue<PoolLane>(due.Lanes[pool.Key])));
                continue;
            }

            var next = await PoolQueueSql.NextAsync(connection, tenant, pool.Key, clock.Ahead, cancellation);
            foreach (var number in pool)
            {
                turns[number.Instance] = CampaignTurn.Later(next);
            }
        }

        await OfferAsync(connection, tenant, taking, due, tally, cancellation);
        // Others have what is left in hand, or there is too much that never goes out for one transaction.
        taking.ForEach(t => t.Turn.End(tally.Skips >= MostSkips ? TimeSpan.Zero : _soon));
        foreach (var (instance, turn) in taking.SelectMany(t => t.Turn.Turns))
        {
            turns[instance] = turn;
        }

        var begins = new CampaignBegins(connection, tenant, due.At, due.At - clock.Ahead);
        var begun = await begins.WriteAsync(
            [.. taking.SelectMany(t => t.Turn.Taken)],
            [.. taking.SelectMany(t => t.Turn.Gone)],
            cancellation
        );
        return begun is not null && await tally.WriteAsync(connection, tenant, cancellation) ? begun : null;
    }

    private async Task OfferAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        List<PoolTaking> taking,
        DueLanes due,
        LaneTally tally,
        CancellationToken cancellation
    )
    {
        while (tally.Skips < MostSkips && taking.Where(t => t.Turn.Free.Count > 0 && t.Lanes.Count > 0).ToList() is { Count: > 0 } asking)
        {
            List<(PoolLane Lane, int Most)> lanes = asking.ConvertAll(t => (t.Lanes.Peek(), t.Turn.Free.Count));
            var messages = await PoolQueueSql.LockAsync(connection, tenant, lanes, due.At, Had(taking), cancellation);
            await OfferAsync(connection, tenant, asking, messages, cancellation);
            foreach (var (asked, (of, most)) in asking.Zip(lanes))
            {
                if (messages.Count(m => m.Lane == of) < most)
                {
                    asked.Lanes.Dequeue();
                }
            }
        }

        foreach (var one in taking.Where(t => t.Turn.HasOnlyKnown))
        {
            foreach (var known in due.Lanes[one.Turn.Pool])
            {
                while (
                    one.Turn.HasOnlyKnown
                    && tally.Skips < MostSkips
                    && await PoolQueueSql.LockKnownAsync(connection, tenant, known, due.At, Had(taking), cancellation) is { } message
                )
                {
                    await OfferAsync(connection, tenant, [one], [message], cancellation);
                }
            }
        }
    }

    private async Task OfferAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        List<PoolTaking> to,
        List<WaitingMessage> messages,
        CancellationToken cancellation
    )
    {
        if (messages.Count == 0)
        {
            return;
        }

        var people = await Recipient.FindAsync(connection, tenant, messages, cancellation);
        // Whom nobody has may be somebody who asked to be forgotten.
        var strangers = messages.Where(m => m.Phone is not null && people[m.Id].Contact is null);
        var gone = await erased.AmongAsync(connection, tenant, strangers.Select(m => (IdentityKind.Phone, m.Phone!.Value)), cancellation);
        foreach (var message in messages)
        {
            var person = people[message.Id];
            var isGone = person.Contact is null && message.Phone is { } phone && gone.Contains((IdentityKind.Phone, phone.Value));
            to.Single(t => t.Turn.Pool == message.Lane.Pool).Turn.Offer(message, isGone ? person with { IsSuppressed = true } : person);
        }
    }

    private static IEnumerable<Guid> Had(List<PoolTaking> taking) =>
        taking.SelectMany(t => t.Turn.Gone.Select(g => g.Message).Concat(t.Turn.Taken.Select(x => x.Message))).Select(m => m.Id);

    private sealed record PoolTaking(PoolTurn Turn, Queue<PoolLane> Lanes);
}
