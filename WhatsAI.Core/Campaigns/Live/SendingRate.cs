namespace WhatsAI.Core.Campaigns.Live;

/// <summary>How fast a campaign goes, from what went out in its last minutes.</summary>
public static class SendingRate
{
    /// <summary>Long enough for a number's pause after a series to lie in it, short enough to be "now".</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(10);

    /// <summary>Before that a message more or less would be half the pace.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(2);

    /// <summary>Messages in an hour; null: it has not gone for long enough to say.</summary>
    /// <param name="sent">Within <see cref="Span"/>, or since it goes where that is later.</param>
    /// <param name="since">Since when it goes.</param>
    /// <param name="now">The present moment.</param>
    public static double? PerHour(int sent, DateTimeOffset since, DateTimeOffset now)
    {
        var span = now - since < Span ? now - since : Span;
        return span < Shortest ? null : sent / span.TotalHours;
    }
}
