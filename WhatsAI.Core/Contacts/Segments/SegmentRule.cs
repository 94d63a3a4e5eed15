using System.Text.Json.Serialization;
using WhatsAI.Core.Contacts.Consents;

namespace WhatsAI.Core.Contacts.Segments;

/// <summary>
/// Which contacts are meant, as a tree that people can read. Stored as JSON, so discriminators and property names are for ever (the discriminator stays
/// first: jsonb sorts keys by length). Each leaf is one comparison that
/// SQL can make; none is ever "unknown": where nothing is on record the leaf does not hold, so its opposite does.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "k")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(Any), "any")]
[JsonDerivedType(typeof(Not), "not")]
[JsonDerivedType(typeof(HasTag), "tag")]
[JsonDerivedType(typeof(ConsentIs), "consent")]
[JsonDerivedType(typeof(FieldIs), "field")]
[JsonDerivedType(typeof(PhoneStarts), "phone")]
[JsonDerivedType(typeof(LastMessage), "last-message")]
[JsonDerivedType(typeof(Added), "added")]
[JsonDerivedType(typeof(InCampaign), "campaign")]
public abstract record SegmentRule
{
    private SegmentRule() { }

    /// <summary>Each of them holds; of an empty list, never stored, that is everybody.</summary>
    public sealed record All(IReadOnlyList<SegmentRule> Rules) : SegmentRule
    {
        public bool Equals(All? other) => other is not null && Rules.SequenceEqual(other.Rules);

        public override int GetHashCode() => Rules.Aggregate(1, HashCode.Combine);
    }

    /// <summary>At least one of them holds.</summary>
    public sealed record Any(IReadOnlyList<SegmentRule> Rules) : SegmentRule
    {
        public bool Equals(Any? other) => other is not null && Rules.SequenceEqual(other.Rules);

        public override int GetHashCode() => Rules.Aggregate(2, HashCode.Combine);
    }

    public sealed record Not(SegmentRule Rule) : SegmentRule;

    public sealed record HasTag(TagId Tag) : SegmentRule;

    public sealed record ConsentIs(ConsentState State) : SegmentRule;

    /// <param name="Field">The field's key.</param>
    public sealed record FieldIs(string Field, FieldTest Test) : SegmentRule;

    /// <param name="Prefix">Of the number in E.164, with the plus: "+5511" for São Paulo's.</param>
    public sealed record PhoneStarts(string Prefix) : SegmentRule;

    /// <summary>The last message came or went within the last <paramref name="Days"/> days, today included; who never wrote or was written to is not among them.</summary>
    public sealed record LastMessage(MessageWay Way, int Days) : SegmentRule;

    /// <summary>Known to the company for no longer than <paramref name="Days"/> days, today included.</summary>
    public sealed record Added(int Days) : SegmentRule;

    /// <param name="Campaign">A campaign's id; null for any one campaign.</param>
    /// <param name="Reached">At least this far.</param>
    public sealed record InCampaign(Guid? Campaign, CampaignReach Reached) : SegmentRule;
}

public enum MessageWay
{
    FromThem,
    ToThem,
    Either,
}

/// <summary>How far a campaign's message came with a person; each contains those before it.</summary>
public enum CampaignReach
{
    Sent,
    Delivered,
    Read,
    Replied,
}

/// <summary>What a field's value is compared with. Texts are compared without case and accents.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "k")]
[JsonDerivedType(typeof(IsSet), "set")]
[JsonDerivedType(typeof(OneOf), "one-of")]
[JsonDerivedType(typeof(Contains), "contains")]
[JsonDerivedType(typeof(NumberWithin), "number")]
[JsonDerivedType(typeof(DateWithin), "date")]
[JsonDerivedType(typeof(DaysAgo), "days-ago")]
[JsonDerivedType(typeof(DaysAhead), "days-ahead")]
[JsonDerivedType(typeof(Anniversary), "anniversary")]
[JsonDerivedType(typeof(YesNoIs), "yes-no")]
public abstract record FieldTest
{
    private FieldTest() { }

    /// <summary>There is a value.</summary>
    public sealed record IsSet : FieldTest;

    /// <summary>Of a text or a choice: it is one of these.</summary>
    public sealed record OneOf(IReadOnlyList<string> Words) : FieldTest
    {
        public bool Equals(OneOf? other) => other is not null && Words.SequenceEqual(other.Words, StringComparer.Ordinal);

        public override int GetHashCode() => Words.Aggregate(3, HashCode.Combine);
    }

    /// <summary>Of a text: it stands in it.</summary>
    public sealed record Contains(string Words) : FieldTest;

    /// <summary>From one to the other, both included; null for no end.</summary>
    public sealed record NumberWithin(decimal? Least, decimal? Most) : FieldTest;

    /// <summary>From one to the other, both included; null for no end.</summary>
    public sealed record DateWithin(DateOnly? First, DateOnly? Last) : FieldTest;

    /// <summary>Today or up to so many days before, by the company's calendar.</summary>
    public sealed record DaysAgo(int Days) : FieldTest;

    /// <summary>Today or up to so many days to come.</summary>
    public sealed record DaysAhead(int Days) : FieldTest;

    /// <summary>The day comes round today or within so many days (a birthday); 29 February counts as the 28th where the year has none.</summary>
    public sealed record Anniversary(int Days) : FieldTest;

    public sealed record YesNoIs(bool Is) : FieldTest;
}
