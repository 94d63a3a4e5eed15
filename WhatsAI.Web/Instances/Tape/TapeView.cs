using System.Globalization;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances.Tape;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Tape;

/// <summary>How much of the tape is in sight.</summary>
public enum TapeZoom
{
    HalfHour,
    TwoHours,
    Day,
    Week,
}

/// <summary>Which part of a tape is shown: a length, its end, and the moment that is looked at. All of it stands in the address.</summary>
/// <param name="End">Null: now, and it goes on.</param>
/// <param name="At">Null: none in particular.</param>
public sealed record TapeView(TapeZoom Zoom, DateTimeOffset? End, DateTimeOffset? At)
{
    public TimeSpan Length =>
        Zoom switch
        {
            TapeZoom.HalfHour => TimeSpan.FromMinutes(30),
            TapeZoom.TwoHours => TimeSpan.FromHours(2),
            TapeZoom.Day => TimeSpan.FromHours(24),
            _ => TapeQueries.Back,
        };

    public static string Word(TapeZoom zoom) =>
        zoom switch
        {
            TapeZoom.HalfHour => "30m",
            TapeZoom.TwoHours => "2h",
            TapeZoom.Day => "24h",
            _ => "7d",
        };

    public static TapeView Read(string? span, string? to, string? at) =>
        new(Enum.GetValues<TapeZoom>().Where(z => Word(z) == span).Append(TapeZoom.TwoHours).First(), Moment(to), Moment(at));

    public (DateTimeOffset From, DateTimeOffset To) Window(DateTimeOffset now)
    {
        var oldest = now - TapeQueries.Back + Length;
        var end =
            End is not { } asked || asked > now ? now
            : asked < oldest ? oldest
            : asked;
        return (end - Length, end);
    }

    /// <summary>Another length about the moment that is looked at, else with the same end.</summary>
    public TapeView Zoomed(TapeZoom zoom)
    {
        var other = this with { Zoom = zoom };
        return At is { } at && End is not null ? other with { End = at + (other.Length / 2) } : other;
    }

    /// <summary>At a moment, with the window about it where it lies outside.</summary>
    public TapeView Looking(DateTimeOffset at, DateTimeOffset now)
    {
        var (from, to) = Window(now);
        return at >= from && at <= to ? this with { At = at } : this with { At = at, End = at + (Length / 2) };
    }

    public string Path(ShellContext shell, InstanceId number) => shell.Path($"numbers/{number}/tape{Query}");

    public string Export(ShellContext shell, InstanceId number) => shell.Path($"numbers/{number}/tape/export{Query}");

    private string Query => $"?span={Word(Zoom)}{(End is { } end ? "&to=" + Write(end) : "")}{(At is { } at ? "&at=" + Write(at) : "")}";

    private static string Write(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        && at.Year is > 2000 and < 9000
            ? at.ToUniversalTime()
            : null;
}
