using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Contacts.Segments;

/// <summary>What a company's segments can ask for.</summary>
/// <param name="Fields">By key.</param>
public sealed record SegmentCatalog(
    IReadOnlyDictionary<string, ContactField> Fields,
    IReadOnlySet<TagId> Tags,
    IReadOnlySet<Guid> Campaigns
);

/// <summary>Something wrong with a part of a rule.</summary>
/// <param name="Rule">The part, by reference: where the editor shows it.</param>
/// <param name="Key">A resource key below "segment-bad.".</param>
public sealed record SegmentProblem(SegmentRule Rule, string Key);

/// <summary>Whether a rule can be kept: not deeper or larger than people read and a database answers, and of nothing that is not there.</summary>
public static class SegmentCheck
{
    /// <summary>Groups within groups, the outermost being the first.</summary>
    public const int MaxDepth = 5;

    /// <summary>Conditions and groups in all.</summary>
    public const int MaxRules = 100;

    public const int MaxWords = 200;
    public const int MaxWordLength = 200;

    /// <summary>Ten years.</summary>
    public const int MaxDays = 3_660;

    /// <summary>Empty where nothing is wrong. Parts below the allowed depth are not looked at.</summary>
    public static IReadOnlyList<SegmentProblem> Problems(SegmentRule rule, SegmentCatalog catalog)
    {
        var problems = new List<SegmentProblem>();
        var count = 0;
        Look(rule, 1);
        return problems;

        void Look(SegmentRule part, int depth)
        {
            if (depth > MaxDepth || ++count > MaxRules)
            {
                if (!problems.Exists(p => p.Key is "segment-bad.too-deep" or "segment-bad.too-large"))
                {
                    problems.Add(new SegmentProblem(part, depth > MaxDepth ? "segment-bad.too-deep" : "segment-bad.too-large"));
                }

                return;
            }

            if (KeyOf(part, catalog) is { } key)
            {
                problems.Add(new SegmentProblem(part, key));
            }

            foreach (var child in Children(part))
            {
                // "Not" is a word before a condition, no group of its own.
                Look(child, part is SegmentRule.Not && child is not SegmentRule.Not ? depth : depth + 1);
            }
        }
    }

    /// <summary>The fields and tags a rule asks for: what may not be deleted while it does.</summary>
    public static (IReadOnlySet<string> Fields, IReadOnlySet<TagId> Tags) Uses(SegmentRule rule)
    {
        var (fields, tags) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<TagId>());
        var open = new Stack<SegmentRule>([rule]);
        while (open.TryPop(out var part))
        {
            _ = part is SegmentRule.FieldIs field && fields.Add(field.Field);
            _ = part is SegmentRule.HasTag tag && tags.Add(tag.Tag);
            foreach (var child in Children(part))
            {
                open.Push(child);
            }
        }

        return (fields, tags);
    }

    private static IEnumerable<SegmentRule> Children(SegmentRule rule) =>
        rule switch
        {
            SegmentRule.All all => all.Rules,
            SegmentRule.Any any => any.Rules,
            SegmentRule.Not not => [not.Rule],
            _ => [],
        };

    private static string? KeyOf(SegmentRule rule, SegmentCatalog catalog) =>
        rule switch
        {
            SegmentRule.All { Rules.Count: 0 } or SegmentRule.Any { Rules.Count: 0 } => "segment-bad.empty",
            SegmentRule.HasTag tag when !catalog.Tags.Contains(tag.Tag) => "segment-bad.tag-gone",
            SegmentRule.FieldIs field => catalog.Fields.TryGetValue(field.Field, out var known)
                ? KeyOf(field.Test, known.Kind)
                : "segment-bad.field-gone",
            SegmentRule.ConsentIs consent when !Enum.IsDefined(consent.State) => "segment-bad.value",
            SegmentRule.PhoneStarts phone when !IsPrefix(phone.Prefix) => "segment-bad.phone",
            SegmentRule.LastMessage last when !IsDays(last.Days) || !Enum.IsDefined(last.Way) => "segment-bad.days",
            SegmentRule.Added added when !IsDays(added.Days) => "segment-bad.days",
            SegmentRule.InCampaign campaign when !Enum.IsDefined(campaign.Reached) => "segment-bad.value",
            SegmentRule.InCampaign { Campaign: { } id } when !catalog.Campaigns.Contains(id) => "segment-bad.campaign-gone",
            _ => null,
        };

    private static string? KeyOf(FieldTest test, FieldKind kind) =>
        test switch
        {
            FieldTest.IsSet => null,
            FieldTest.OneOf when kind is not (FieldKind.Text or FieldKind.Choice) => "segment-bad.kind",
            FieldTest.Contains when kind is not FieldKind.Text => "segment-bad.kind",
            FieldTest.NumberWithin when kind is not FieldKind.Number => "segment-bad.kind",
            FieldTest.YesNoIs when kind is not FieldKind.YesNo => "segment-bad.kind",
            FieldTest.DateWithin or FieldTest.DaysAgo or FieldTest.DaysAhead or FieldTest.Anniversary when kind is not FieldKind.Date =>
                "segment-bad.kind",
            FieldTest.OneOf among when among.Words.Count is 0 or > MaxWords || !among.Words.All(IsWord) => "segment-bad.value",
            FieldTest.Contains part when !IsWord(part.Words) => "segment-bad.value",
            FieldTest.NumberWithin span when (span.Least ?? span.Most) is null || span.Least > span.Most => "segment-bad.value",
            FieldTest.DateWithin span when (span.First ?? span.Last) is null || span.First > span.Last => "segment-bad.value",
            FieldTest.DaysAgo ago when !IsDays(ago.Days) => "segment-bad.days",
            FieldTest.DaysAhead ahead when !IsDays(ahead.Days) => "segment-bad.days",
            FieldTest.Anniversary within when within.Days is < 0 or > 365 => "segment-bad.days",
            _ => null,
        };

    private static bool IsWord(string? word) => word is { Length: <= MaxWordLength } && SegmentEvaluation.Fold(word).Length > 0;

    private static bool IsDays(int days) => days is >= 0 and <= MaxDays;

    private static bool IsPrefix(string? prefix) =>
        prefix is { Length: >= 2 and <= 16 } && prefix[0] == '+' && prefix.Skip(1).All(char.IsAsciiDigit);
}
