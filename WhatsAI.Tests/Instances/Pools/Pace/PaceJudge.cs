using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Tests.Instances.Pools.Pace;

/// <summary>Reads what a world did and names every rule it broke, reckoned anew from the promises and not with the product's own functions.</summary>
internal static class PaceJudge
{
    public static IEnumerable<string> Broken(PaceWorld world)
    {
        foreach (var attempts in world.Attempts.GroupBy(a => a.Number))
        {
            foreach (var broken in OfNumber(world, [.. attempts]))
            {
                yield return $"number {attempts.Key}: {broken}";
            }
        }

        foreach (var twice in world.Attempts.Where(a => a.WentOut).GroupBy(a => a.Person).Where(g => g.Count() > 1))
        {
            yield return $"person {twice.Key} was written to twice";
        }

        foreach (var late in world.Attempts.Where(a => world.OptedOut.TryGetValue(a.Person, out var at) && a.At > at))
        {
            yield return $"person {late.Person} was written to after the opt-out";
        }
    }

    private static IEnumerable<string> OfNumber(PaceWorld world, Attempt[] attempts)
    {
        var (policy, zone) = (world.Policy, world.Zone);
        foreach (var (before, after) in attempts.Zip(attempts.Skip(1)))
        {
            var slow = IsIn(policy.SlowHours, TimeZoneInfo.ConvertTime(before.At, zone).DateTime) ? policy.SlowFactor : 1;
            var least = policy.MinInterval * slow * (after.At < after.PenaltyUntil ? 2 : 1);
            if (after.At - before.At < least || after.At - before.At < TimeSpan.FromSeconds(20))
            {
                yield return $"{after.At:O} only {(after.At - before.At).TotalSeconds:0.0} s after the one before, least {least.TotalSeconds:0.0}";
            }
        }

        var run = 0;
        for (var i = 0; i < attempts.Length; i++)
        {
            run = i > 0 && attempts[i].At - attempts[i - 1].At < policy.MinPause ? run + 1 : 1;
            if (policy.SeriesLength > 0 && run > policy.SeriesLength)
            {
                yield return $"{attempts[i].At:O} is number {run} without a pause";
            }
        }

        foreach (var a in attempts.Where(a => !IsOpen(world, a.At)))
        {
            yield return $"{a.At:O} outside the window";
        }

        foreach (var a in attempts.Where(a => world.Pauses.Any(p => p.Number == a.Number && a.At > p.From && a.At < p.To)))
        {
            yield return $"{a.At:O} while paused";
        }

        foreach (var broken in OfCaps(world, attempts))
        {
            yield return broken;
        }
    }

    private static IEnumerable<string> OfCaps(PaceWorld world, Attempt[] attempts)
    {
        var went = attempts.Where(a => a.WentOut).ToArray();
        foreach (var hour in went.GroupBy(a => a.At.UtcTicks / TimeSpan.TicksPerHour).Where(g => g.Count() > world.Policy.HourlyCap))
        {
            yield return $"{hour.Count()} in the hour of {hour.First().At:O}";
        }

        foreach (var day in went.GroupBy(a => TimeZoneInfo.ConvertTime(a.At, world.Zone).Date))
        {
            var (all, strangers) = (0, 0);
            foreach (var a in day)
            {
                var share = a.At < a.PenaltyUntil ? 2 : 1;
                all++;
                strangers += a.Reach == Reach.Stranger ? 1 : 0;
                if (all > world.Policy.DailyCap / share)
                {
                    yield return $"{a.At:O} is number {all} of its day";
                }

                var age = (day.Key - world.InUseSince[a.Number].ToDateTime(TimeOnly.MinValue)).Days + 1;
                var ramp = world.Policy.WarmUp.Steps.Where(s => s.FromDay <= age).Max(s => s.PerDay);
                if (age < world.Policy.WarmUp.FullFromDay && a.Reach == Reach.Stranger && strangers > ramp / share)
                {
                    yield return $"{a.At:O} is stranger {strangers} of day {age}";
                }
            }
        }
    }

    private static bool IsOpen(PaceWorld world, DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, world.Zone).DateTime;
        return IsIn(world.Policy.Window.Spans, local) && !world.Policy.Window.Holidays.Contains(DateOnly.FromDateTime(local));
    }

    private static bool IsIn(IEnumerable<Core.Common.OpenSpan> spans, DateTime local) =>
        spans.Any(s =>
            s.Day == local.DayOfWeek && local.TimeOfDay >= TimeSpan.FromMinutes(s.From) && local.TimeOfDay < TimeSpan.FromMinutes(s.To)
        );
}
