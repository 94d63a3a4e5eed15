using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>A number that takes a message, with its pace in which that is counted already.</summary>
internal sealed record Taking(SendingNumber Number, PaceState State, WaitingMessage Message, Recipient To);

/// <summary>A message that leaves the queue without going out.</summary>
/// <param name="Why">A resource key below "skipped."; null: the ledger has it already.</param>
internal sealed record Gone(WaitingMessage Message, string? Why);

/// <summary>The numbers of one pool in one transaction, and which of them takes which message. Decides only; what it decides is written afterwards.</summary>
internal sealed class PoolTurn
{
    // A number that is unwell looks again by itself: what says that it is well need not know of campaigns.
    private static readonly TimeSpan _unwell = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyDictionary<InstanceId, PaceState> _states;
    private readonly IReadOnlyCollection<Idle> _idle;
    private readonly DateTimeOffset _at;
    private readonly LaneTally _tally;
    private readonly List<(SendingNumber Number, TimeSpan? Again)> _onlyKnown = [];

    // Each is waited for once: the next of these numbers need not wait for it, too.
    private readonly HashSet<InstanceId> _awaited = [];

    /// <param name="numbers">Of one pool, well and allowed to send.</param>
    /// <param name="states">Their paces, locked.</param>
    /// <param name="idle">The others of the pool.</param>
    /// <param name="at">By the clock that paces.</param>
    /// <param name="tally">Of all pools of the transaction.</param>
    public PoolTurn(
        IGrouping<PoolId, SendingNumber> numbers,
        IReadOnlyDictionary<InstanceId, PaceState> states,
        IReadOnlyCollection<Idle> idle,
        DateTimeOffset at,
        LaneTally tally
    )
    {
        (Pool, _states, _idle, _at, _tally) = (numbers.Key, states, idle, at, tally);
        foreach (var number in numbers)
        {
            if (Next(number, Reach.Known) is not PaceDecision.Now and var known)
            {
                Turns[number.Instance] = CampaignTurn.Later(known.AskAgain(at) - at);
            }
            else if (Next(number, Reach.Stranger) is not PaceDecision.Now and var strangers)
            {
                _onlyKnown.Add((number, strangers.AskAgain(at) - at));
            }
            else
            {
                Free.Add(number);
            }
        }
    }

    public PoolId Pool { get; }

    /// <summary>Those that may write to anybody and have no message yet.</summary>
    public List<SendingNumber> Free { get; } = [];

    /// <summary>Whether somebody may still write to people who wrote first, and to nobody else.</summary>
    public bool HasOnlyKnown => _onlyKnown.Count > 0;

    /// <summary>Messages that leave the queue without going out.</summary>
    public List<Gone> Gone { get; } = [];

    public List<Taking> Taken { get; } = [];

    /// <summary>Of those that have no message.</summary>
    public Dictionary<InstanceId, CampaignTurn> Turns { get; } = [];

    /// <summary>What becomes of the next message of the queue; while nobody takes it, the numbers whose turn it is give way one after the other.</summary>
    public void Offer(WaitingMessage message, Recipient to)
    {
        if (message.WasSent)
        {
            Gone.Add(new Gone(message, Why: null));
            _tally.Dropped(message.Lane);
            return;
        }

        if (to.To is null)
        {
            Skip(message, "skipped.no-address");
            return;
        }

        while (Whose(to.Reach) is { } number)
        {
            switch (Decide(number, to))
            {
                case CampaignStep.Skip skip:
                    Skip(message, skip.Reason);
                    return;
                case CampaignStep.Send send:
                    var chosen = PoolShare.Choose(
                        number,
                        _states[number.Instance],
                        message,
                        to,
                        Others(number, to.Reach),
                        IdleFor(to),
                        _at
                    );
                    if (chosen == number.Instance)
                    {
                        Take(new Taking(number, send.State, message, to));
                        return;
                    }

                    if (
                        Others(number, to.Reach).FirstOrDefault(o => o.Number.Instance == chosen).Number is { } other
                        && Decide(other, to) is CampaignStep.Send theirs
                    )
                    {
                        Take(new Taking(other, theirs.State, message, to));
                        return;
                    }

                    _awaited.Add(chosen);
                    Leave(number, CampaignTurn.Later(PoolShare.Again) with { Wakes = chosen });
                    break;
                case CampaignStep.Wait wait:
                    Leave(number, CampaignTurn.Later(wait.Decision.AskAgain(_at) - _at));
                    break;
                default:
                    Leave(number, CampaignTurn.Later(_unwell));
                    break;
            }
        }
    }

    /// <summary>Nothing more is offered.</summary>
    /// <param name="again">When those look again that may write to anybody.</param>
    public void End(TimeSpan again)
    {
        Free.ForEach(n => Turns[n.Instance] = CampaignTurn.Later(again));
        _onlyKnown.ForEach(n => Turns[n.Number.Instance] = CampaignTurn.Later(n.Again));
        Free.Clear();
        _onlyKnown.Clear();
    }

    private SendingNumber? Whose(Reach reach) =>
        Free.Count > 0 ? Free[0]
        : reach == Reach.Known && _onlyKnown.Count > 0 ? _onlyKnown[0].Number
        : null;

    private IEnumerable<(SendingNumber Number, PaceState State)> Others(SendingNumber number, Reach reach) =>
        Free.Concat(reach == Reach.Known ? _onlyKnown.Select(o => o.Number) : [])
            .Where(n => n.Instance != number.Instance)
            .Select(n => (n, _states[n.Instance]));

    private IEnumerable<Idle> IdleFor(Recipient to) => _idle.Where(i => i.Instance == to.Talks || !_awaited.Contains(i.Instance));

    private PaceDecision Next(SendingNumber number, Reach reach) =>
        Pacing.NextSendAt(_states[number.Instance], number.Pace, reach, _at, number.Zone, Random.Shared);

    private CampaignStep Decide(SendingNumber number, Recipient to) =>
        CampaignSend.Decide(
            new CampaignMessage(to.Reach, to.IsSuppressed, to.IsBlocked),
            number.Verdict,
            _states[number.Instance],
            number.Pace,
            _at,
            number.Zone,
            Random.Shared
        );

    private void Skip(WaitingMessage message, string why)
    {
        Gone.Add(new Gone(message, why));
        _tally.Skipped(message.Lane);
    }

    private void Take(Taking taking)
    {
        Taken.Add(taking);
        _tally.Sent(taking.Message.Lane);
        Remove(taking.Number);
    }

    private void Leave(SendingNumber number, CampaignTurn turn)
    {
        Turns[number.Instance] = turn;
        Remove(number);
    }

    private void Remove(SendingNumber number)
    {
        Free.RemoveAll(n => n.Instance == number.Instance);
        _onlyKnown.RemoveAll(o => o.Number.Instance == number.Instance);
    }
}
