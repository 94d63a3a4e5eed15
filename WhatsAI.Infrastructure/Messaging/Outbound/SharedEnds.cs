using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>What became of an end.</summary>
internal enum SharedEnd
{
    /// <summary>It needs a transaction of its own.</summary>
    Alone,

    /// <summary>The claim is still held, and something is due.</summary>
    Held,

    /// <summary>The claim was given back, or was lost.</summary>
    Released,
}

/// <summary>
/// Ends of campaign messages that the gateway took, of several numbers of a company in one transaction, as they come at once. The claim is given back in it
/// until the number's pace allows the next, where nothing else is due: so a send is two transactions and not three. A number whose inbound batch is under way
/// gets a transaction of its own, which waits for that.
/// </summary>
internal sealed class SharedEnds
{
    private const int Most = 64;

    private readonly NpgsqlDataSource _alone;
    private readonly NpgsqlDataSource _shared;
    private readonly PaceClock _clock;
    private readonly EventHub _hub;
    private readonly InboundSignal _inbound;
    private readonly TimeProvider _time;
    private readonly Gathering<TakenSend, SharedEnd> _gathering;

    public SharedEnds(
        NpgsqlDataSource alone,
        NpgsqlDataSource shared,
        PaceClock clock,
        EventHub hub,
        InboundSignal inbound,
        TimeProvider time
    )
    {
        (_alone, _shared, _clock, _hub, _inbound, _time) = (alone, shared, clock, hub, inbound, time);
        _gathering = new Gathering<TakenSend, SharedEnd>(Most, RunAsync);
    }

    public async Task<SharedEnd> EndAsync(TakenSend taken)
    {
        try
        {
            return await _gathering.AskAsync(taken.Claim.Tenant, taken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // What is wrong with one stops no other: each tries by itself.
            return SharedEnd.Alone;
        }
    }

    private async Task<IReadOnlyList<SharedEnd>> RunAsync(TenantId tenant, IReadOnlyList<TakenSend> ends)
    {
        await using var transaction = await _shared.BeginAsync(tenant, CancellationToken.None);
        var connection = transaction.Connection;
        var resting = await ClaimsSql.LockInboundAsync(connection, ends.Select(e => e.Claim.Instance), CancellationToken.None);
        var locked = await ClaimsSql.LockAsync(
            connection,
            WorkKind.Outbound,
            [.. ends.Where(e => resting.Contains(e.Claim.Instance)).Select(e => e.Claim)],
            CancellationToken.None
        );
        List<TakenSend> mine = [.. ends.Where(e => locked.Contains(e.Claim))];
        if (mine.Count == 0)
        {
            return [.. ends.Select(_ => SharedEnd.Alone)];
        }

        var released = await WriteAsync(transaction, mine, CancellationToken.None);
        return
        [
            .. ends.Select(e =>
                !locked.Contains(e.Claim) ? SharedEnd.Alone
                : released.Contains(e.Claim.Instance) ? SharedEnd.Released
                : SharedEnd.Held
            ),
        ];
    }

    /// <summary>In a transaction of its own, which waits for the number's rows.</summary>
    public async Task<SharedEnd> AloneAsync(TakenSend taken, CancellationToken cancellation)
    {
        await using var transaction = await _alone.BeginAsync(taken.Claim.Tenant, cancellation);
        await WorkList.WaitForInboundAsync(transaction.Connection, taken.Claim.Instance, cancellation);
        if (!await WorkList.LockAsync(transaction.Connection, taken.Claim, cancellation))
        {
            return SharedEnd.Released;
        }

        return (await WriteAsync(transaction, [taken], cancellation)).Count > 0 ? SharedEnd.Released : SharedEnd.Held;
    }

    /// <summary>With the numbers' inbound rows and claims locked. The numbers whose claims were given back.</summary>
    private async Task<HashSet<InstanceId>> WriteAsync(TenantTransaction transaction, List<TakenSend> ends, CancellationToken cancellation)
    {
        var tenant = ends[0].Claim.Tenant;
        var (released, echoes) = await new CampaignTaken(transaction.Connection, tenant, _clock).WriteAsync(ends, cancellation);
        await transaction.CommitAsync(cancellation);
        foreach (var (claim, attempt, _) in ends)
        {
            LedgerMeter.Ended(attempt, next: null, _time.GetUtcNow());
            _hub.Publish([
                new MessageChanged(tenant, attempt.Conversation, attempt.Message),
                new ConversationChanged(tenant, attempt.Conversation),
                new InstanceChanged(tenant, claim.Instance),
            ]);
            if (echoes)
            {
                _inbound.Raise(claim.Instance);
            }
        }

        return released;
    }
}

/// <summary>A campaign's message that the gateway took.</summary>
internal sealed record TakenSend(WorkClaim Claim, Attempt Attempt, SentMessage Sent);
