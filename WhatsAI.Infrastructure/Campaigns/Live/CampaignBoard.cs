using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Live;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Campaigns.Running;

namespace WhatsAI.Infrastructure.Campaigns.Live;

/// <summary>A campaign as it is read for everybody who looks at it: with what belongs to every number, so that each gets what he may see. Whole as it is made.</summary>
public sealed record CampaignBoard
{
    internal CampaignHead Head { get; init; } = null!;

    internal CampaignDoing Doing { get; init; } = null!;

    internal CampaignPace Pace { get; init; } = null!;

    internal RunCounts Counts { get; init; } = null!;

    /// <summary>Names of the numbers that sent of it, and of its pool's.</summary>
    internal IReadOnlyDictionary<InstanceId, string> Numbers { get; init; } = null!;

    /// <summary>Messages by number that went out in the last hour.</summary>
    internal IReadOnlyDictionary<InstanceId, int> LastHour { get; init; } = null!;

    /// <summary>In the order of the audience's sources.</summary>
    internal IReadOnlyList<(AudienceSource Source, string? Name)> Audience { get; init; } = null!;

    internal IReadOnlyDictionary<Exclusion, int> LeftOut { get; init; } = null!;

    internal IReadOnlyList<HourFigures> Hours { get; init; } = null!;

    internal IReadOnlyList<CampaignStep> History { get; init; } = null!;

    internal DateTimeOffset At { get; init; }

    internal CampaignLive For(Func<InstanceId, bool> sees) =>
        new(
            Head with
            {
                Detail = Shown(Head.Detail, sees),
            },
            Doing,
            Pace,
            new CampaignParts(FiguresOf(Counts.Cells), NumbersFor(sees), Variants(), Sources(), Reasons()),
            LeftOut,
            Hours,
            [.. History.Select(h => h with { Detail = Shown(h.Detail, sees) })],
            At
        );

    /// <summary>A culprit that is a number nobody names to this member.</summary>
    private static string? Shown(string? detail, Func<InstanceId, bool> sees) =>
        PauseDetail.Read(detail) is { Culprit: { Kind: SliceKind.Number } culprit } named
        && !(Id.TryParse<InstanceId>(culprit.Key, out var number) && sees(number))
            ? (named with { Culprit = culprit with { Key = "" } }).ToString()
            : detail;

    private IReadOnlyList<NumberFigures> NumbersFor(Func<InstanceId, bool> sees)
    {
        var cells = Counts.Cells.Where(c => c.Instance != default).ToLookup(c => c.Instance);
        var seen = Numbers
            .Keys.Union(cells.Select(c => c.Key))
            .Where(sees)
            .Select(n => new NumberFigures(n, Numbers.GetValueOrDefault(n), FiguresOf(cells[n]), LastHour.GetValueOrDefault(n)))
            .OrderBy(n => n.Name, StringComparer.CurrentCultureIgnoreCase)
            .ThenBy(n => n.Number!.Value.Value);
        var others = cells.Where(c => !sees(c.Key)).SelectMany(c => c).ToList();
        return others.Count == 0 && Numbers.Keys.All(sees)
            ? [.. seen]
            : [.. seen, new NumberFigures(null, null, FiguresOf(others), LastHour.Where(h => !sees(h.Key)).Sum(h => h.Value))];
    }

    private IReadOnlyList<VariantFigures> Variants()
    {
        var cells = Counts.Cells.ToLookup(c => c.Variant, StringComparer.Ordinal);
        var texts = Head.Variants.Variants.ToDictionary(v => v.Key, v => v.Text, StringComparer.Ordinal);
        return
        [
            .. texts
                .Keys.Union(cells.Select(c => c.Key).Where(k => k.Length > 0), StringComparer.Ordinal)
                .OrderBy(k => k.Length)
                .ThenBy(k => k, StringComparer.Ordinal)
                .Select(k => new VariantFigures(k, texts.GetValueOrDefault(k), FiguresOf(cells[k]))),
        ];
    }

    private IReadOnlyList<SourceFigures> Sources()
    {
        var cells = Counts.Cells.ToLookup(c => (int)c.Source);
        return [.. Audience.Select((s, i) => new SourceFigures(s.Source, s.Name, FiguresOf(cells[i])))];
    }

    private IReadOnlyList<ReasonFigures> Reasons() =>
        [
            .. Counts
                .Cells.Where(c => c.State is RecipientState.Failed or RecipientState.Skipped or RecipientState.Unconfirmed)
                .GroupBy(c => (c.State!.Value, c.Reason))
                .Select(g => new ReasonFigures(g.Key.Value, g.Key.Reason, g.Sum(c => c.People)))
                .Where(r => r.People > 0)
                .OrderByDescending(r => r.People)
                .ThenBy(r => r.Reason, StringComparer.Ordinal),
        ];

    private static PartFigures FiguresOf(IEnumerable<CountCell> cells)
    {
        var all = cells as IReadOnlyList<CountCell> ?? [.. cells];
        var states = all.Where(c => c.State is not null).GroupBy(c => c.State!.Value).ToDictionary(g => g.Key, g => g.Sum(c => c.People));
        return new PartFigures(Funnel.Of(states), RunCounts.TallyOf(all));
    }
}
