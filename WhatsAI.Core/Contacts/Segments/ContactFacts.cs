using WhatsAI.Core.Analytics;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Contacts.Segments;

/// <summary>What is known of a contact that a segment can ask for.</summary>
public sealed record ContactFacts
{
    /// <summary>E.164.</summary>
    public string? Phone { get; init; }

    public IReadOnlySet<TagId> Tags { get; init; } = new HashSet<TagId>();

    public ConsentState Consent { get; init; }

    /// <summary>By field key.</summary>
    public IReadOnlyDictionary<string, FieldValue> Fields { get; init; } = new Dictionary<string, FieldValue>();

    public DateTimeOffset AddedAt { get; init; }

    public DateTimeOffset? LastFromThem { get; init; }

    public DateTimeOffset? LastToThem { get; init; }

    /// <summary>By campaign, only those whose message went out.</summary>
    public IReadOnlyDictionary<Guid, CampaignReach> Campaigns { get; init; } = new Dictionary<Guid, CampaignReach>();
}

/// <summary>The day and the moments a segment is counted with: fixed once, so that SQL and this code mean the same.</summary>
public sealed record SegmentDay(DateOnly Today, TimeZoneInfo Zone)
{
    public static SegmentDay Of(DateTimeOffset now, TimeZoneInfo zone) => new(LocalDays.Of(now, zone), zone);

    /// <summary>The first moment of the day so many days ago.</summary>
    public DateTimeOffset StartOf(int daysAgo) => LocalDays.StartOf(Today.AddDays(-daysAgo), Zone);

    /// <summary>The month and day a date comes round on in a year.</summary>
    public static DateOnly InYear(DateOnly date, int year) =>
        new(year, date.Month, Math.Min(date.Day, DateTime.DaysInMonth(year, date.Month)));
}
