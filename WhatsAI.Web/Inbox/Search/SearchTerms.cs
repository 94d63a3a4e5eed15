using System.Globalization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Search;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox.Search;

/// <summary>What is looked for, as the address keeps it beside the list's own filter.</summary>
/// <param name="From">The first day, in the company's time zone.</param>
/// <param name="To">The last day.</param>
public sealed record SearchTerms(
    string Text,
    InstanceId? Number = null,
    LabelId? Label = null,
    UserId? Agent = null,
    DateOnly? From = null,
    DateOnly? To = null,
    MessageDirection? Direction = null,
    SearchMedia? Media = null
)
{
    /// <summary>Null where nothing is looked for.</summary>
    public static SearchTerms? Read(SearchQuery query) =>
        SearchWords.Read(query.Q).IsEmpty
            ? null
            : new SearchTerms(
                Short(query.Q!),
                Id.TryParse<InstanceId>(query.Via, out var number) ? number : null,
                Id.TryParse<LabelId>(query.Tag, out var label) ? label : null,
                Id.TryParse<UserId>(query.Agent, out var user) ? user : null,
                Day(query.From),
                Day(query.To),
                query.Direction switch
                {
                    "in" => MessageDirection.In,
                    "out" => MessageDirection.Out,
                    _ => null,
                },
                Enum.GetValues<SearchMedia>().Cast<SearchMedia?>().FirstOrDefault(m => Word(m) == query.Media)
            );

    /// <summary>Other words with the filters there were, at first those of the list; null where there are none.</summary>
    public static SearchTerms? Of(string text, SearchTerms? before, InboxFilter list) =>
        SearchWords.Read(text).IsEmpty ? null : (before ?? new SearchTerms("", list.InstanceId, list.LabelId)) with { Text = Short(text) };

    public SearchWords Words => SearchWords.Read(Text);

    public bool HasFilters => this != new SearchTerms(Text);

    /// <summary>The part of an address.</summary>
    public IEnumerable<string> Query
    {
        get
        {
            yield return $"q={Uri.EscapeDataString(Text)}";
            foreach (
                var (name, value) in new (string, string?)[]
                {
                    ("via", Number?.ToString()),
                    ("tag", Label?.ToString()),
                    ("agent", Agent?.ToString()),
                    ("from", Written(From)),
                    ("to", Written(To)),
                    ("direction", Direction?.ToString().ToLowerInvariant()),
                    ("media", Word(Media)),
                }
            )
            {
                if (value is not null)
                {
                    yield return $"{name}={value}";
                }
            }
        }
    }

    public SearchFilter Filter(TimeZoneInfo zone) =>
        new(Number, Agent, Label, Begin(From, zone), Begin(To == DateOnly.MaxValue ? null : To?.AddDays(1), zone), Direction, Media);

    private static DateTimeOffset? Begin(DateOnly? day, TimeZoneInfo zone)
    {
        if (day is not { } date)
        {
            return null;
        }

        var midnight = date.ToDateTime(TimeOnly.MinValue);
        // Where the clocks go forward at midnight the day begins an hour later.
        midnight = zone.IsInvalidTime(midnight) ? midnight.AddHours(1) : midnight;
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    private static string? Word(SearchMedia? media) => media?.ToString().ToLowerInvariant();

    private static string? Written(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // Within what a time zone can be applied to.
    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is > 1970 and < 9000
            ? day
            : null;

    // The end of a word that is being typed matters, so a space after it stays.
    private static string Short(string text) => text.Length <= SearchWords.Longest ? text : SearchWords.Read(text).Text;
}
