using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Audiences;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>To whom it goes: segments, tags and files, without others of them.</summary>
public sealed partial class AudienceStep(
    ContactCatalogQueries catalogs,
    ImportQueries imports,
    AudienceQueries queries,
    CampaignDraftActions actions,
    IStringLocalizer<DraftsText> texts
)
{
    private IReadOnlyList<AudienceChoice> _choices = [];
    private IReadOnlyList<AudienceChoice> _free = [];
    private IReadOnlyList<AudienceChoice> _from = [];
    private IReadOnlyList<AudienceChoice> _without = [];
    private AudienceSize? _size;

    [Parameter, EditorRequired]
    public DraftWork Work { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<DraftsText> L => texts;

    private IReadOnlyList<AudienceSource> From => Work.Draft.Audience?.From ?? [];

    private IReadOnlyList<AudienceSource> Without => Work.Draft.Audience?.Without ?? [];

    protected override object? Key => Work.Draft.Audience;

    // Counting walks through all contacts.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(10);

    protected override bool Shows(ConsoleEvent e) => e is ContactsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        if (!Shell.Allows(Permission.ContactsRead))
        {
            return () => { };
        }

        var (audience, choices) = (Work.Draft.Audience, await ChoicesAsync(ct));
        var size = audience is null ? null : await queries.CountAsync(audience, ct);
        return () =>
        {
            (_choices, _size) = (choices, size);
            _from = Rows(audience?.From ?? [], size?.From);
            _without = Rows(audience?.Without ?? [], size?.Without);
            _free = [.. choices.Where(c => !From.Contains(c.Source) && !Without.Contains(c.Source))];
        };
    }

    private async Task<IReadOnlyList<AudienceChoice>> ChoicesAsync(CancellationToken ct)
    {
        var catalog = await catalogs.ReadAsync(ct);
        var files = Shell.Allows(Permission.ContactsTransfer) ? await imports.ListAsync(ct) : [];
        return
        [
            .. catalog.Segments.Select(s => new AudienceChoice(new AudienceSource.OfSegment(s.Id), "segment", s.Name)),
            .. catalog.Tags.Select(t => new AudienceChoice(new AudienceSource.OfTag(t.Id), "tag", t.Name)),
            .. files
                .Where(i => i.State == ImportState.Done)
                .Select(i => new AudienceChoice(
                    new AudienceSource.OfImport(i.Id.Value),
                    "file",
                    $"{i.FileName} · {TimeZoneInfo.ConvertTime(i.CreatedAt, Shell.TimeZone).ToString("g", CultureInfo.CurrentCulture)}"
                )),
        ];
    }

    private List<AudienceChoice> Rows(IReadOnlyList<AudienceSource> sources, IReadOnlyList<long>? counts) =>
        [
            .. sources.Select(
                (source, i) =>
                    new AudienceChoice(
                        source,
                        AudienceChoice.GroupOf(source),
                        _choices.FirstOrDefault(c => c.Source == source)?.Name,
                        counts?[i]
                    )
            ),
        ];

    private Task ChangeAsync(IReadOnlyList<AudienceSource> from, IReadOnlyList<AudienceSource> without) =>
        Work.Change(draft =>
            from.Count == 0
                ? actions.AddressNobodyAsync(draft.Id, draft.Version, CancellationToken.None)
                : actions.AddressAsync(draft.Id, new Audience(from, without), draft.Version, CancellationToken.None)
        );

    private static string Number(long count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
