using System.Globalization;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Web.Contacts;

namespace WhatsAI.Web.Campaigns.Live;

/// <summary>Tables of a campaign's analysis.</summary>
public enum LiveTable
{
    Funnel,
    Variants,
    Numbers,
    Sources,
    Reasons,
    Hours,
}

/// <summary>What files say of a campaign, row by row, titles first.</summary>
internal sealed class LiveSheets(LiveFileTexts texts, TimeZoneInfo zone)
{
    public IEnumerable<IReadOnlyList<object?>> Rows(LiveTable table, CampaignLive live) =>
        table switch
        {
            LiveTable.Variants => Parts("variant", live.Parts.Variants.Select(v => (v.Key, v.Text, v.Figures)), "text"),
            LiveTable.Numbers => Parts("number", live.Parts.Numbers.Select(n => (NameOf(n), (string?)null, n.Figures))),
            LiveTable.Sources => Parts("source", live.Parts.Sources.Select(s => (s.Name ?? T("source-gone"), (string?)null, s.Figures))),
            LiveTable.Reasons => Reasons(live),
            LiveTable.Hours => Hours(live),
            _ => Funnel(live),
        };

    public IReadOnlyList<object?> ProofTitles() =>
        [
            T("name"),
            T("phone"),
            T("outcome"),
            T("reason"),
            T("variant"),
            T("number"),
            T("source"),
            T("basis"),
            InZone("part.Queued"),
            InZone("part.Sent"),
            InZone("part.Delivered"),
            InZone("part.Read"),
            InZone("part.Replied"),
            InZone("opted-out-at"),
        ];

    private string InZone(string key) => texts.Live["in-zone", T(key), zone.Id];

    /// <param name="line">Who.</param>
    /// <param name="live">Of which campaign.</param>
    public IReadOnlyList<object?> Proof(ProofLine line, CampaignLive live) =>
        [
            line.Name,
            line.Phone,
            line.State is { } state ? CampaignLooks.Word(texts.States, state) : T("left-out"),
            line.LeftOut is { } why ? ExclusionLooks.Word(texts.States, why)
            : line.Reason is { } reason ? LiveWords.Reason(reason, texts.Reasons)
            : null,
            line.Variant,
            line.IsElsewhere ? T("other-numbers-one") : line.Number,
            line.Source is { } source ? live.Parts.Sources.ElementAtOrDefault(source)?.Name : null,
            line.LeftOut is null ? Basis(live.Head.Basis) : null,
            Local(line.Times?.Queued),
            Local(line.Times?.Sent),
            Local(line.Times?.Delivered),
            Local(line.Times?.Read),
            Local(line.Times?.Replied),
            Local(line.Times?.OptedOut),
        ];

    /// <summary>On what ground somebody was written to: the consent on record, or what was named at launch for those of whom there is none.</summary>
    private string Basis(LegalBasis? named) =>
        named is { } basis ? texts.Live["basis-named", texts.Contacts[basis.Key()]] : T("basis-recorded");

    public string NameOf(NumberFigures number) => number.Number is null ? T("other-numbers") : number.Name ?? T("number-gone");

    private IEnumerable<IReadOnlyList<object?>> Funnel(CampaignLive live)
    {
        var (funnel, tally) = (live.Funnel, live.Parts.Whole.Tally);
        yield return [T("outcome"), T("people")];
        yield return [T("audience"), funnel.Recipients + live.Head.LeftOut];
        yield return [T("left-out"), live.Head.LeftOut];
        yield return [T("recipients"), funnel.Recipients];
        yield return [T("part.Waiting"), funnel.Waiting];
        yield return [T("part.Sent"), funnel.Sent];
        yield return [T("part.Delivered"), funnel.Delivered];
        yield return [T("part.Read"), funnel.Read];
        yield return [T("part.Replied"), funnel.Replied];
        yield return [T("part.Failed"), funnel.Failed];
        yield return [T("part.Skipped"), funnel.Skipped];
        yield return [T("part.Unconfirmed"), funnel.Unconfirmed];
        yield return [T("figure.opted-out"), tally.OptedOut];
        yield return [T("figure.blocks"), tally.Blocks];
        if (live.Head.Price is { } price)
        {
            yield return [T("figure.cost"), price * funnel.Sent];
        }
    }

    private IEnumerable<IReadOnlyList<object?>> Parts(
        string title,
        IEnumerable<(string Name, string? More, PartFigures Figures)> parts,
        string? more = null
    )
    {
        string?[] second = more is null ? [] : [T(more)];
        yield return
        [
            T(title),
            .. second,
            T("recipients"),
            T("part.Waiting"),
            T("part.Sent"),
            T("part.Delivered"),
            T("part.Read"),
            T("part.Replied"),
            T("part.Failed"),
            T("part.Skipped"),
            T("part.Unconfirmed"),
            T("figure.opted-out"),
            T("figure.blocks"),
        ];
        foreach (var (name, words, (f, tally)) in parts)
        {
            object?[] said = more is null ? [] : [words];
            yield return
            [
                name,
                .. said,
                f.Recipients,
                f.Waiting,
                f.Sent,
                f.Delivered,
                f.Read,
                f.Replied,
                f.Failed,
                f.Skipped,
                f.Unconfirmed,
                tally.OptedOut,
                tally.Blocks,
            ];
        }
    }

    private IEnumerable<IReadOnlyList<object?>> Reasons(CampaignLive live)
    {
        yield return [T("outcome"), T("reason"), T("people")];
        foreach (var row in live.Parts.Reasons)
        {
            yield return [CampaignLooks.Word(texts.States, row.State), LiveWords.Reason(row.Reason, texts.Reasons), row.People];
        }

        foreach (var (why, people) in live.LeftOut)
        {
            yield return [T("left-out"), ExclusionLooks.Word(texts.States, why), people];
        }
    }

    private IEnumerable<IReadOnlyList<object?>> Hours(CampaignLive live)
    {
        yield return
        [
            texts.Live["in-zone", T("hour"), zone.Id].Value,
            T("part.Sent"),
            T("part.Delivered"),
            T("part.Read"),
            T("part.Replied"),
            T("part.Failed"),
            T("figure.opted-out"),
        ];
        foreach (var hour in live.Hours)
        {
            yield return [Local(hour.Hour), hour.Sent, hour.Delivered, hour.Read, hour.Replied, hour.Failed, hour.OptedOut];
        }
    }

    private string? Local(DateTimeOffset? at) =>
        at is { } moment ? TimeZoneInfo.ConvertTime(moment, zone).DateTime.ToString("G", CultureInfo.CurrentCulture) : null;

    private string T(string key) => texts.Live[key];
}
