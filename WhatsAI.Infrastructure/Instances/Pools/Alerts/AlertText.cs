using System.Globalization;
using System.Resources;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>The resource of the sentences about alerts, in whatever language is asked for: people's own on pages, the company's outside.</summary>
internal static class AlertText
{
    private static readonly ResourceManager _words = new(typeof(AlertText).FullName!, typeof(AlertText).Assembly);

    /// <summary>Null where there is no such sentence.</summary>
    public static string? Find(string key, CultureInfo culture, params object?[] values) =>
        _words.GetString(key, culture) is { } text ? string.Format(culture, text, values) : null;

    /// <exception cref="InvalidOperationException">There is no such sentence.</exception>
    public static string Of(string key, CultureInfo culture, params object?[] values) =>
        Find(key, culture, values) ?? throw new InvalidOperationException($"AlertText has no \"{key}\".");
}
