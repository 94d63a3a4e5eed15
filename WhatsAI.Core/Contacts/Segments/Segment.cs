using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Contacts.Segments;

public readonly record struct SegmentId(Guid Value) : IId<SegmentId>
{
    public static SegmentId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}

/// <summary>Contacts that a rule describes, under a name. Who belongs to it is found anew each time; a campaign freezes it at launch.</summary>
public sealed class Segment : ITenantOwned
{
    public const int MaxNameLength = 60;

    private Segment() { }

    /// <exception cref="RuleException">See <see cref="Change"/>.</exception>
    public Segment(SegmentId id, TenantId tenantId, string name, SegmentRule rule, SegmentCatalog catalog, DateTimeOffset now)
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Change(name, rule, catalog);
    }

    public SegmentId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique among the company's segments.</summary>
    public string FoldedName { get; private set; } = "";

    /// <summary>Kept as <see cref="SegmentJson"/> writes it.</summary>
    public SegmentRule Rule { get; private set; } = new SegmentRule.All([]);

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">The name is empty or longer than <see cref="MaxNameLength"/>, or something is wrong with the rule.</exception>
    public void Change(string name, SegmentRule rule, SegmentCatalog catalog)
    {
        var plain = OneLine.Clean(name);
        var folded = OneLine.Fold(plain);
        if (plain.Length > MaxNameLength || folded.Length == 0)
        {
            throw new RuleException("segment.name-invalid", MaxNameLength);
        }

        if (SegmentCheck.Problems(rule, catalog).Count > 0)
        {
            throw new RuleException("segment.rule-invalid");
        }

        (Name, FoldedName, Rule) = (plain, folded, rule);
    }
}
