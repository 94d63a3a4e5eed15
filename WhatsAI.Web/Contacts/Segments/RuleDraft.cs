using System.Globalization;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;

namespace WhatsAI.Web.Contacts.Segments;

/// <summary>A part of a rule while somebody writes it: texts as typed, which may not be right yet.</summary>
public abstract class RuleDraft
{
    /// <summary>It is the opposite that is meant.</summary>
    public bool Negated { get; set; }

    /// <param name="made">Told of each part, so that what is wrong with it is shown where it stands.</param>
    public SegmentRule ToRule(IDictionary<SegmentRule, RuleDraft> made)
    {
        var rule = Bare(made);
        made[rule] = this;
        return Negated ? new SegmentRule.Not(rule) : rule;
    }

    protected abstract SegmentRule Bare(IDictionary<SegmentRule, RuleDraft> made);

    /// <summary>A rule as drafts.</summary>
    public static RuleDraft Of(SegmentRule rule) =>
        rule switch
        {
            SegmentRule.Not { Rule: SegmentRule.Not { Rule: var twice } } => Of(twice),
            SegmentRule.Not not => Negate(Of(not.Rule)),
            SegmentRule.All all => new GroupDraft(any: false, all.Rules.Select(Of)),
            SegmentRule.Any any => new GroupDraft(any: true, any.Rules.Select(Of)),
            _ => LeafDraft.OfLeaf(rule),
        };

    private static RuleDraft Negate(RuleDraft draft)
    {
        draft.Negated = true;
        return draft;
    }
}

/// <summary>All or any of several.</summary>
public sealed class GroupDraft : RuleDraft
{
    public GroupDraft() { }

    public GroupDraft(bool any, IEnumerable<RuleDraft> parts) => (Any, Parts) = (any, [.. parts]);

    public bool Any { get; set; }

    public List<RuleDraft> Parts { get; } = [];

    /// <summary>What a saved rule is to a reader: a group, also where it is one condition.</summary>
    public static GroupDraft Whole(SegmentRule rule) =>
        Of(rule) is GroupDraft { Negated: false } group ? group : new GroupDraft(any: false, [Of(rule)]);

    protected override SegmentRule Bare(IDictionary<SegmentRule, RuleDraft> made)
    {
        SegmentRule[] parts = [.. Parts.Select(p => p.ToRule(made))];
        return Any ? new SegmentRule.Any(parts) : new SegmentRule.All(parts);
    }
}

/// <summary>One condition. What of it cannot be read becomes a rule that the check refuses, with the same words as everywhere.</summary>
public sealed class LeafDraft : RuleDraft
{
    public const string FieldPrefix = "field:";

    /// <summary>"tag", "consent", "phone", "last", "added", "campaign", or a field's key behind <see cref="FieldPrefix"/>.</summary>
    public string What { get; set; } = "tag";

    /// <summary>Of a field: how its value is compared.</summary>
    public string Test { get; set; } = "set";

    public string Value { get; set; } = "";

    /// <summary>The other end of a span.</summary>
    public string Second { get; set; } = "";

    /// <summary>Nothing of it was said yet: what it lacks is not wrong.</summary>
    public bool IsFresh { get; set; }

    /// <summary>Of which campaign; null: any.</summary>
    private Guid? Campaign { get; set; }

    public string? Field => What.StartsWith(FieldPrefix, StringComparison.Ordinal) ? What[FieldPrefix.Length..] : null;

    /// <summary>The comparisons that a kind of field has.</summary>
    public static IReadOnlyList<string> Tests(FieldKind kind) =>
        kind switch
        {
            FieldKind.Text => ["one-of", "contains", "set"],
            FieldKind.Choice => ["one-of", "set"],
            FieldKind.Number => ["between", "set"],
            FieldKind.Date => ["days-ago", "days-ahead", "anniversary", "dates", "set"],
            _ => ["yes", "no", "set"],
        };

    internal static LeafDraft OfLeaf(SegmentRule rule) =>
        rule switch
        {
            SegmentRule.HasTag tag => new LeafDraft { What = "tag", Value = tag.Tag.ToString() },
            SegmentRule.ConsentIs consent => new LeafDraft { What = "consent", Value = consent.State.ToString() },
            SegmentRule.PhoneStarts phone => new LeafDraft { What = "phone", Value = phone.Prefix },
            SegmentRule.LastMessage last => new LeafDraft
            {
                What = "last",
                Test = last.Way.ToString(),
                Value = Text(last.Days),
            },
            SegmentRule.Added added => new LeafDraft { What = "added", Value = Text(added.Days) },
            SegmentRule.InCampaign campaign => new LeafDraft
            {
                What = "campaign",
                Test = campaign.Reached.ToString(),
                Campaign = campaign.Campaign,
            },
            SegmentRule.FieldIs field => OfField(field),
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };

    /// <summary>What stood there has no meaning for another thing.</summary>
    public void Choose(string what, FieldKind? kind)
    {
        (What, Value, Second, Campaign, IsFresh) = (what, "", "", null, true);
        Test =
            kind is { } of ? Tests(of)[0]
            : what == "last" ? nameof(MessageWay.FromThem)
            : what == "campaign" ? nameof(CampaignReach.Sent)
            : "set";
        Value =
            what == "consent" ? nameof(ConsentState.OptedIn)
            : what is "last" or "added" ? "30"
            : "";
    }

    protected override SegmentRule Bare(IDictionary<SegmentRule, RuleDraft> made) =>
        What switch
        {
            "tag" => new SegmentRule.HasTag(Guid.TryParse(Value, out var tag) ? new TagId(tag) : default),
            "consent" => new SegmentRule.ConsentIs(Enum.TryParse<ConsentState>(Value, out var state) ? state : (ConsentState)(-1)),
            "phone" => new SegmentRule.PhoneStarts(Value.Trim()),
            "last" => new SegmentRule.LastMessage(Enum.TryParse<MessageWay>(Test, out var way) ? way : MessageWay.Either, Days),
            "added" => new SegmentRule.Added(Days),
            "campaign" => new SegmentRule.InCampaign(
                Campaign,
                Enum.TryParse<CampaignReach>(Test, out var reach) ? reach : CampaignReach.Sent
            ),
            _ => new SegmentRule.FieldIs(Field ?? "", FieldTest),
        };

    private int Days => int.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : -1;

    private FieldTest FieldTest =>
        Test switch
        {
            "one-of" => new FieldTest.OneOf([
                .. Value.Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ]),
            "contains" => new FieldTest.Contains(Value),
            "between" => new FieldTest.NumberWithin(Number(Value), Number(Second)),
            "dates" => new FieldTest.DateWithin(Date(Value), Date(Second)),
            "days-ago" => new FieldTest.DaysAgo(Days),
            "days-ahead" => new FieldTest.DaysAhead(Days),
            "anniversary" => new FieldTest.Anniversary(Days),
            "yes" => new FieldTest.YesNoIs(true),
            "no" => new FieldTest.YesNoIs(false),
            _ => new FieldTest.IsSet(),
        };

    private static LeafDraft OfField(SegmentRule.FieldIs field)
    {
        var (test, value, second) = field.Test switch
        {
            FieldTest.OneOf among => ("one-of", string.Join("; ", among.Words), ""),
            FieldTest.Contains part => ("contains", part.Words, ""),
            FieldTest.NumberWithin span => ("between", Text(span.Least), Text(span.Most)),
            FieldTest.DateWithin span => ("dates", Text(span.First), Text(span.Last)),
            FieldTest.DaysAgo ago => ("days-ago", Text(ago.Days), ""),
            FieldTest.DaysAhead ahead => ("days-ahead", Text(ahead.Days), ""),
            FieldTest.Anniversary within => ("anniversary", Text(within.Days), ""),
            FieldTest.YesNoIs yesNo => (yesNo.Is ? "yes" : "no", "", ""),
            _ => ("set", "", ""),
        };
        return new LeafDraft
        {
            What = FieldPrefix + field.Field,
            Test = test,
            Value = value,
            Second = second,
        };
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.CurrentCulture, out var number)
            ? number
            : null;

    // As the browser's own field for a day gives it.
    private static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(decimal? number) => number?.ToString("0.######", CultureInfo.CurrentCulture) ?? "";

    private static string Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
