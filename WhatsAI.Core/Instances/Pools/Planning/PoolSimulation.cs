using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Core.Instances.Pools.Planning;

/// <summary>
/// Runs a pool's policy over virtual time, with the very functions the dispatcher sends by: the editor's preview of the next day and a campaign's flight plan.
/// The same seed gives the same schedule. Jumps from event to event, so its cost is that of the messages, not of the time.
/// </summary>
public static class PoolSimulation
{
    public static Schedule Run(
        PoolPolicy pool,
        IReadOnlyList<PlannedNumber> numbers,
        IReadOnlyList<Demand> demands,
        DateTimeOffset from,
        DateTimeOffset to,
        int seed
    ) => new Course(pool, numbers, demands, new Random(seed)).Run(from, to);

    private sealed class Course(PoolPolicy pool, IReadOnlyList<PlannedNumber> numbers, IReadOnlyList<Demand> demands, Random random)
    {
        private readonly PaceState[] _states = [.. numbers.Select(n => n.State)];

        // When to ask a number again, for each reach: before that it would only say no.
        private readonly DateTimeOffset[,] _ask = new DateTimeOffset[numbers.Count, 2];

        private readonly Demand[] _order =
        [
            .. demands.OrderBy(d => d.Priority).ThenBy(d => d.From).ThenBy(d => d.Key, StringComparer.Ordinal),
        ];
        private readonly int[] _left = new int[demands.Count];
        private readonly int[] _late = new int[demands.Count];
        private readonly DateTimeOffset[] _last = new DateTimeOffset[demands.Count];
        private readonly List<PlannedSend> _sends = [];
        private readonly List<Candidate> _ready = [];
        private readonly List<int> _places = [];

        public Schedule Run(DateTimeOffset from, DateTimeOffset to)
        {
            for (var d = 0; d < _order.Length; d++)
            {
                _left[d] = _order[d].Count;
            }

            for (DateTimeOffset? at = from; at < to; at = NextEvent(at.Value))
            {
                for (var d = 0; d < _order.Length; d++)
                {
                    while (_left[d] > 0 && _order[d].From <= at && SendOne(d, at.Value)) { }
                }
            }

            return new Schedule(
                _sends,
                [
                    .. _order.Select(
                        (d, i) => new DemandOutcome(d, d.Count - _left[i], _late[i] + _left[i], _left[i] == 0 ? _last[i] : null)
                    ),
                ],
                numbers.Select((n, i) => (n.Instance, State: _states[i])).ToDictionary(x => x.Instance, x => x.State)
            );
        }

        private bool SendOne(int d, DateTimeOffset at)
        {
            var demand = _order[d];
            var reach = (int)demand.Reach;
            Gather(reach, at);
            while (_ready.Count > 0)
            {
                var chosen = PoolChoice.Of(pool.Strategy, pool.IsSticky ? demand.Talks : null, _ready);
                var n = _places[chosen];
                var take = Pacing.Take(_states[n], pool.Pace, demand.Reach, at, pool.Zone, random);
                if (take.Decision is PaceDecision.Now)
                {
                    _states[n] = take.State;
                    _ask[n, 0] = _ask[n, 1] = take.State.NotBefore ?? at;
                    _sends.Add(new PlannedSend(at, numbers[n].Instance, demand.Key));
                    _left[d]--;
                    _late[d] += at > demand.Wanted ? 1 : 0;
                    _last[d] = at;
                    return true;
                }

                _ask[n, reach] = take.Decision.AskAgain(at) ?? DateTimeOffset.MaxValue;
                _ready.RemoveAt(chosen);
                _places.RemoveAt(chosen);
            }

            return false;
        }

        private void Gather(int reach, DateTimeOffset at)
        {
            _ready.Clear();
            _places.Clear();
            for (var n = 0; n < numbers.Count; n++)
            {
                if (_ask[n, reach] <= at && numbers[n].SendsAt(at))
                {
                    var s = _states[n];
                    var left = Pacing.LeftOn(s, pool.Pace, (Reach)reach, at, pool.Zone);
                    var sent = Pacing.SentOn(s, at, pool.Zone);
                    _ready.Add(new Candidate(numbers[n].Instance, sent, sent + left, numbers[n].Score, s.LastAt));
                    _places.Add(n);
                }
            }
        }

        private DateTimeOffset? NextEvent(DateTimeOffset at)
        {
            DateTimeOffset? next = null;
            var waits = (Stranger: false, Known: false);
            for (var d = 0; d < _order.Length; d++)
            {
                if (_left[d] > 0 && _order[d].From > at)
                {
                    next = Earlier(next, _order[d].From);
                }
                else if (_left[d] > 0)
                {
                    waits = _order[d].Reach == Reach.Stranger ? (true, waits.Known) : (waits.Stranger, true);
                }
            }

            for (var n = 0; n < numbers.Count; n++)
            {
                if (at >= numbers[n].Leaves)
                {
                    continue;
                }

                var start = numbers[n].Joins is { } joins && joins > at ? joins : at;
                next = waits.Stranger ? Earlier(next, Later(_ask[n, 0], start), at) : next;
                next = waits.Known ? Earlier(next, Later(_ask[n, 1], start), at) : next;
            }

            return next;
        }

        private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset b, DateTimeOffset after = default) =>
            b > after && !(a <= b) ? b : a;

        private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
    }
}
