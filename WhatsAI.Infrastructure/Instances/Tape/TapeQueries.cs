using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Tape;

/// <summary>Whose tape, and which part of it.</summary>
internal sealed record TapeOf(TenantId Tenant, InstanceId Instance, DateTimeOffset From, DateTimeOffset To);

/// <summary>The black box: what a number did, what was seen of it and what was done with it, back a week.</summary>
public sealed class TapeQueries(NpgsqlDataSource database, CurrentMember member, TimeProvider time)
{
    /// <summary>Lines drawn on the axis; the list below it has all.</summary>
    public const int Drawn = 300;

    public static readonly TimeSpan Back = TimeSpan.FromDays(7);

    /// <summary>Up to here messages are counted one by one; over more the hours' counters do.</summary>
    private static readonly TimeSpan _minutes = TimeSpan.FromHours(2);

    /// <summary>Null when there is no such number, it is another company's, or the member does not see it.</summary>
    public async Task<NumberTape?> ReadAsync(InstanceId id, DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        var now = time.GetUtcNow();
        var of = Of(id, from, to, now);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var c = transaction.Connection;
        if (!member.Sees(id) || await NameAsync(c, id, ct) is not { } name)
        {
            return null;
        }

        var each = of.To - of.From <= _minutes ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(1);
        var events = await TapeSql.EventsAsync(c, of, before: null, Drawn, ct);
        var (state, role) = await TapeSql.BeforeAsync(c, of, ct);
        var end = of.To < now ? of.To : now;
        return new NumberTape(
            name,
            of.From,
            of.To,
            each,
            Spans(of.From, end, state, events.Where(e => e.State is not null).Select(e => (e.At, e.State!.Value))),
            Spans(of.From, end, role, events.Where(e => e.Key.Source == TapeSource.Role).Select(e => (e.At, e.To))),
            each == TimeSpan.FromMinutes(1) ? await TapeSql.MinutesAsync(c, of, each, ct) : await TapeSql.HoursAsync(c, of, ct),
            events,
            Week(await TapeSql.HoursAsync(c, of with { From = now - Back, To = now }, ct), now)
        );
    }

    /// <summary>The lines of a part of the tape, newest first, a page below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<TapeEvent>> ListAsync(
        InstanceId id,
        DateTimeOffset from,
        DateTimeOffset to,
        TapeKey? before,
        int most,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.NumbersRead);
        if (!member.Sees(id))
        {
            return [];
        }

        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        return await TapeSql.EventsAsync(
            transaction.Connection,
            Of(id, from, to, time.GetUtcNow()),
            before,
            Math.Clamp(most, 1, 10_000),
            ct
        );
    }

    // Nobody reads further back than a week, whatever his address says.
    private TapeOf Of(InstanceId id, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        var first = now - Back - TimeSpan.FromHours(1);
        var begin = from < first ? first : from;
        return new TapeOf(member.TenantId, id, begin.ToUniversalTime(), (to > begin ? to : begin).ToUniversalTime());
    }

    private async Task<string?> NameAsync(NpgsqlConnection c, InstanceId id, CancellationToken ct)
    {
        await using var command = c.Sql(
            "SELECT name FROM instances WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
            member.TenantId.Value,
            id.Value
        );
        return (string?)await command.ExecuteScalarAsync(ct);
    }

    private static IReadOnlyList<TapeSpan<T>> Spans<T>(
        DateTimeOffset from,
        DateTimeOffset to,
        T first,
        IEnumerable<(DateTimeOffset At, T Value)> newestFirst
    )
    {
        var spans = new List<TapeSpan<T>>();
        var (begin, value) = (from, first);
        foreach (var (at, next) in newestFirst.Reverse())
        {
            if (!EqualityComparer<T>.Default.Equals(next, value))
            {
                if (at > begin)
                {
                    spans.Add(new TapeSpan<T>(begin, at, value));
                }

                (begin, value) = (at > begin ? at : begin, next);
            }
        }

        if (to > begin)
        {
            spans.Add(new TapeSpan<T>(begin, to, value));
        }

        return spans;
    }

    private static double[] Week(IReadOnlyList<TapeTraffic> hours, DateTimeOffset now)
    {
        var week = new double[(int)Back.TotalHours];
        var present = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        foreach (var hour in hours)
        {
            var index = week.Length - 1 - (int)(present - hour.At).TotalHours;
            if (index >= 0 && index < week.Length)
            {
                week[index] = hour.Received + hour.Sent;
            }
        }

        return week;
    }
}
