using System.Globalization;

namespace WhatsAI.Core.Messaging;

/// <summary>A moment among the values of a line (<see cref="LineBody"/>), so that each reads it in his language and the company's zone.</summary>
public static class LineTime
{
    private const string Mark = "at:";

    public static string Write(DateTimeOffset at) => Mark + at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Null for any other value.</summary>
    public static DateTimeOffset? Read(string value) =>
        value.StartsWith(Mark, StringComparison.Ordinal)
        && DateTimeOffset.TryParseExact(value[Mark.Length..], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? at
            : null;
}
