using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Planning;

namespace WhatsAI.Core.Campaigns.Planning;

/// <summary>What breaks first: looked for in the plan itself, and in what would become of it with a number or two fewer.</summary>
internal static class FlightWarnings
{
    private const double Near = 0.8;

    /// <param name="endWith">When the campaign ends with other numbers; null where it does not.</param>
    public static IReadOnlyList<FlightWarning> Of(
        FlightCase flight,
        Schedule schedule,
        IReadOnlyList<FlightLane> lanes,
        double used,
        (DateTimeOffset At, int Replies)? peak,
        Func<IEnumerable<PlannedNumber>, DateTimeOffset?> endWith
    )
    {
        if (!flight.Senders.Any())
        {
            return [new FlightWarning(FlightRisk.NoNumbers)];
        }

        var unsent = schedule.Outcomes.Where(o => o.Demand.Key == FlightCase.Key).Sum(o => o.Demand.Count - o.Sent);
        FlightWarning?[] warnings =
        [
            unsent > 0 ? new FlightWarning(FlightRisk.DoesNotEnd, Value: unsent) : null,
            NearCap(schedule, lanes, flight),
            peak is { } p && p.Replies > flight.AnswersPerHour
                ? new FlightWarning(FlightRisk.TooManyReplies, p.At, Value: p.Replies)
                : null,
            1 - used < PoolCapacity.SpareAdvised
                ? new FlightWarning(FlightRisk.LittleSpare, Value: (int)Math.Floor((1 - used) * 100))
                : null,
            Fall(FlightRisk.OneNumberFalls, 1),
            Fall(FlightRisk.TwoNumbersFall, 2),
        ];
        return [.. warnings.OfType<FlightWarning>()];

        // The busiest ones fall half way through the first day that has messages; as many backups take over at once.
        FlightWarning? Fall(FlightRisk risk, int count)
        {
            var busiest = lanes.Where(l => l.Total > 0).OrderByDescending(l => l.Total).ThenBy(l => l.Instance.Value).Take(count).ToArray();
            if (busiest.Length < count)
            {
                return null;
            }

            var first = busiest[0].Days.First(d => d.Sends > 0);
            var at = first.FirstAt!.Value + ((first.LastAt!.Value - first.FirstAt.Value) / 2);
            var backups = flight.Numbers.Where(n => n.Role == MemberRole.Backup).OrderByDescending(n => n.Score ?? 0).Take(count);
            return new FlightWarning(
                risk,
                at,
                busiest[0].Instance,
                endWith([
                    .. flight.Senders.Select(n =>
                        FlightPlanning.Planned(n) with
                        {
                            Leaves = busiest.Any(b => b.Instance == n.Instance) ? at : null,
                        }
                    ),
                    .. backups.Select(n => FlightPlanning.Planned(n) with { Joins = at }),
                ])
            );
        }
    }

    /// <summary>The first number to reach 80 % of a day's cap; a small campaign never does.</summary>
    private static FlightWarning? NearCap(Schedule schedule, IReadOnlyList<FlightLane> lanes, FlightCase flight)
    {
        var caps = lanes.SelectMany(l => l.Days.Select(d => (Key: (l.Instance, d.Day), d.Cap))).ToDictionary(c => c.Key, c => c.Cap);
        var sent = flight.Numbers.ToDictionary(n => n.Instance, n => new Dictionary<DateOnly, int>());
        foreach (var send in schedule.Sends)
        {
            var day = Analytics.LocalDays.Of(send.At, flight.Pool.Zone);
            var count = sent[send.Instance][day] = sent[send.Instance].GetValueOrDefault(day, SentBefore(send.Instance, send.At)) + 1;
            if (caps.TryGetValue((send.Instance, day), out var cap) && cap > 0 && count >= cap * Near)
            {
                return new FlightWarning(FlightRisk.NearCap, send.At, send.Instance);
            }
        }

        return null;

        int SentBefore(InstanceId number, DateTimeOffset at) =>
            Instances.Pools.Pace.Pacing.SentOn(flight.Numbers.First(n => n.Instance == number).State, at, flight.Pool.Zone);
    }
}
