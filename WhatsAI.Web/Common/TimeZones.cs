using System.Globalization;

namespace WhatsAI.Web.Common;

/// <summary>The zones a person may choose: Brazil's first, then one per place, by offset.</summary>
public static class TimeZones
{
    public const string Default = "America/Sao_Paulo";

    private static readonly string[] _brazil =
    [
        "America/Sao_Paulo",
        "America/Manaus",
        "America/Fortaleza",
        "America/Recife",
        "America/Bahia",
        "America/Belem",
        "America/Cuiaba",
        "America/Campo_Grande",
        "America/Porto_Velho",
        "America/Rio_Branco",
        "America/Noronha",
    ];

    public static IReadOnlyList<ZoneChoice> All { get; } = Read();

    public static bool IsKnown(string? id) => id is not null && All.Any(z => z.Id == id);

    /// <summary>All of them, and the present one where it is known by another name.</summary>
    public static IEnumerable<ZoneChoice> With(string present) => IsKnown(present) ? All : [new ZoneChoice(present, present), .. All];

    private static List<ZoneChoice> Read()
    {
        var rest = TimeZoneInfo
            .GetSystemTimeZones()
            .Where(z => z.HasIanaId && z.Id.Contains('/') && !z.Id.StartsWith("Etc/", StringComparison.Ordinal) && !_brazil.Contains(z.Id))
            .OrderBy(z => z.BaseUtcOffset)
            .ThenBy(z => z.Id, StringComparer.Ordinal);
        var brazil = _brazil.Where(id => TimeZoneInfo.TryFindSystemTimeZoneById(id, out _)).Select(TimeZoneInfo.FindSystemTimeZoneById);
        return [.. brazil.Concat(rest).Select(z => new ZoneChoice(z.Id, $"{z.Id.Replace('_', ' ')} (UTC{Offset(z.BaseUtcOffset)})"))];
    }

    private static string Offset(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "−" : "+") + offset.ToString("hh':'mm", CultureInfo.InvariantCulture);
}

public sealed record ZoneChoice(string Id, string Text);
