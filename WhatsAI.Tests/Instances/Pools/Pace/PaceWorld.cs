using System.Text.Json;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Pace;

/// <summary>A hand-over that was begun.</summary>
/// <param name="WentOut">False where it surely did not, so that its count was given back.</param>
/// <param name="PenaltyUntil">Of the number, at that moment.</param>
internal sealed record Attempt(DateTimeOffset At, int Number, int Person, Reach Reach, bool WentOut, DateTimeOffset? PenaltyUntil);

/// <summary>
/// Ninety days of one pool: rows that are stored as text between any two steps, two dispatchers that read the same row and decide at the same moment, hand-overs
/// that fail, copies that die after the commit, people who opt out, pauses and penalties. It knows nothing of the rules; <see cref="PaceJudge"/> judges what it did.
/// </summary>
internal sealed class PaceWorld
{
    private const int Days = 90;
    private static readonly string[] _starts = ["2026-10-05", "2027-02-20", "2028-01-15"];

    private readonly Random _chance;
    private readonly DateTimeOffset _end;
    private readonly (string Json, int Version)[] _rows;
    private readonly DateTimeOffset[] _due;
    private readonly PriorityQueue<int, (int, int)> _queue = new();
    private readonly DateTimeOffset[] _arrivals;
    private int _people;

    public PaceWorld(int seed)
    {
        _chance = new Random(seed);
        Zone = Pick(SaoPaulo, NewYork, Lisbon);
        var start = At(Pick(_starts), Zone);
        _end = start.AddDays(Days);
        Policy = new PacePolicy
        {
            MinInterval = TimeSpan.FromSeconds(_chance.Next(20, 90)),
            MaxInterval = TimeSpan.FromSeconds(_chance.Next(90, 240)),
            HourlyCap = _chance.Next(3, 40),
            DailyCap = _chance.Next(10, 120),
            SeriesLength = Pick(0, 5, 12),
            SlowHours = Pick<OpenSpan[]>([], [.. Enum.GetValues<DayOfWeek>().Select(d => new OpenSpan(d, 12 * 60, 14 * 60))]),
            WarmUp = Pick(WarmUpPlan.Cautious, WarmUpPlan.Published),
            Window = new SendingWindow(
                Pick(SendingWindow.Default.Spans, BusinessHours.Always.Spans, Night()),
                [.. Enumerable.Range(0, 5).Select(_ => DateOnly.FromDateTime(start.DateTime).AddDays(_chance.Next(Days)))]
            ),
        };
        var numbers = _chance.Next(1, 4);
        InUseSince = [.. Enumerable.Range(0, numbers).Select(_ => DateOnly.FromDateTime(start.DateTime).AddDays(-_chance.Next(60)))];
        _rows = [.. InUseSince.Select(since => (JsonSerializer.Serialize(PaceState.New(since)), 0))];
        _due = [.. Enumerable.Repeat(start, numbers)];
        _arrivals = [.. Enumerable.Range(0, 120).Select(_ => start.AddMinutes(_chance.Next(Days * 24 * 60))).Order()];
    }

    public TimeZoneInfo Zone { get; }

    public PacePolicy Policy { get; }

    public DateOnly[] InUseSince { get; }

    public List<Attempt> Attempts { get; } = [];

    public Dictionary<int, DateTimeOffset> OptedOut { get; } = [];

    public List<(int Number, DateTimeOffset From, DateTimeOffset To)> Pauses { get; } = [];

    public void Run()
    {
        var arrived = 0;
        while (true)
        {
            var number = Array.IndexOf(_due, _due.Min());
            var now = _due[number];
            if (arrived < _arrivals.Length && _arrivals[arrived] <= now)
            {
                Arrive(_arrivals[arrived++]);
                continue;
            }

            if (now >= _end)
            {
                return;
            }

            if (_queue.Count == 0)
            {
                _due[number] = arrived < _arrivals.Length ? _arrivals[arrived] : _end;
                continue;
            }

            Happen(number, now);
            // Both read before either writes.
            var (a, b) = (Decide(number, now), Decide(number, now));
            var wrote = Write(number, a, now);
            var second = Write(number, b, now);
            _due[number] = wrote || second ? Next(number, now) : now;
        }
    }

    private sealed record Decided(int Person, Reach Reach, CampaignStep Step, PaceState Read, int Version);

    private Decided Decide(int number, DateTimeOffset now)
    {
        var (json, version) = _rows[number];
        var state = JsonSerializer.Deserialize<PaceState>(json)!;
        var person = _queue.Peek();
        var message = new CampaignMessage(person % 3 == 0 ? Reach.Known : Reach.Stranger, OptedOut.ContainsKey(person));
        var step = CampaignSend.Decide(message, Verdict.Healthy, state, Policy, now, Zone, new Random(_chance.Next()));
        return new Decided(person, message.Reach, step, state, version);
    }

    /// <summary>False when nothing was done because the other one was faster: it must read again.</summary>
    private bool Write(int number, Decided decided, DateTimeOffset now)
    {
        if (_rows[number].Version != decided.Version || _queue.Count == 0 || _queue.Peek() != decided.Person)
        {
            return false;
        }

        switch (decided.Step)
        {
            case CampaignStep.Skip:
                _queue.Dequeue();
                return false;
            case CampaignStep.Send send:
                HandOver(number, decided, send.State, now);
                return true;
            default:
                return true;
        }
    }

    private void HandOver(int number, Decided decided, PaceState counted, DateTimeOffset now)
    {
        _queue.Dequeue();
        var fails = _chance.Next(20) == 0;
        Store(number, fails ? Pacing.GivenBack(counted, decided.Reach, now, Zone) : counted);
        Attempts.Add(new Attempt(now, number, decided.Person, decided.Reach, !fails, decided.Read.PenaltyUntil));
        if (fails)
        {
            _queue.Enqueue(decided.Person, (0, decided.Person));
        }
    }

    /// <summary>When the number's row in the work list is due: what it said, or a wake-up too early, as after a restart.</summary>
    private DateTimeOffset Next(int number, DateTimeOffset now)
    {
        var state = JsonSerializer.Deserialize<PaceState>(_rows[number].Json)!;
        var reach = _queue.Count > 0 && _queue.Peek() % 3 == 0 ? Reach.Known : Reach.Stranger;
        var at = Pacing.NextSendAt(state, Policy, reach, now, Zone, new Random(_chance.Next())).AskAgain(now) ?? _end;
        var restart = now.AddSeconds(1 + _chance.Next(300));
        return restart < at && _chance.Next(10) == 0 ? restart
            : at > now ? at
            : now.AddTicks(1);
    }

    private void Happen(int number, DateTimeOffset now)
    {
        var state = JsonSerializer.Deserialize<PaceState>(_rows[number].Json)!;
        switch (_chance.Next(2_000))
        {
            case < 4:
                Store(number, state.Penalized(now + Pacing.PenaltyLasts));
                break;
            case < 8 when !(state.PausedUntil > now):
                var until = now.AddMinutes(_chance.Next(1, 3_000));
                Pauses.Add((number, now, until));
                Store(number, state.Paused(until));
                break;
            case < 60 when _people > 0:
                OptedOut.TryAdd(_chance.Next(_people), now);
                break;
        }
    }

    private void Arrive(DateTimeOffset at)
    {
        for (var i = _chance.Next(400); i > 0; i--)
        {
            _queue.Enqueue(_people, (1, _people));
            _people++;
        }

        for (var n = 0; n < _due.Length; n++)
        {
            _due[n] = _due[n] == _end ? at : _due[n];
        }
    }

    private void Store(int number, PaceState state) => _rows[number] = (JsonSerializer.Serialize(state), _rows[number].Version + 1);

    private static IReadOnlyList<OpenSpan> Night() =>
        [.. Enum.GetValues<DayOfWeek>().SelectMany(d => new[] { new OpenSpan(d, 0, 2 * 60), new OpenSpan(d, 20 * 60, 24 * 60) })];

    private T Pick<T>(params T[] of) => of[_chance.Next(of.Length)];
}
