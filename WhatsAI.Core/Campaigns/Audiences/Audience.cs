using System.Text.Json.Serialization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Segments;

namespace WhatsAI.Core.Campaigns.Audiences;

/// <summary>Where recipients come from. Kept as JSON with the campaign.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "k")]
[JsonDerivedType(typeof(OfSegment), "segment")]
[JsonDerivedType(typeof(OfTag), "tag")]
[JsonDerivedType(typeof(OfImport), "import")]
public abstract record AudienceSource
{
    private AudienceSource() { }

    public sealed record OfSegment(SegmentId Segment) : AudienceSource;

    public sealed record OfTag(TagId Tag) : AudienceSource;

    /// <param name="Import">The import of a file: the contacts its rows became.</param>
    public sealed record OfImport(Guid Import) : AudienceSource;
}

/// <summary>Who is meant: everybody of any source, without those of any of the others.</summary>
public sealed record Audience(IReadOnlyList<AudienceSource> From, IReadOnlyList<AudienceSource> Without)
{
    public const int MostSources = 20;

    /// <exception cref="RuleException">No source, too many, or one both with and without.</exception>
    public Audience Checked() =>
        From.Count is 0 or > MostSources || Without.Count > MostSources || From.Intersect(Without).Any()
            ? throw new RuleException("campaign.audience-invalid", MostSources)
            : this;

    public bool Equals(Audience? other) => other is not null && From.SequenceEqual(other.From) && Without.SequenceEqual(other.Without);

    public override int GetHashCode() => Without.Aggregate(From.Aggregate(17, HashCode.Combine), HashCode.Combine);
}
