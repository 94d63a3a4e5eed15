using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Templates;

/// <summary>The company's templates by name; what is searched for stands in the address.</summary>
public sealed partial class TemplatesPage(
    TemplateQueries queries,
    TemplateActions actions,
    NavigationManager navigation,
    IStringLocalizer<TemplatesText> texts
)
{
    private const int MostShown = 1_000;
    private const int MostCopies = 20;
    private readonly RowPages<TemplateRow, TemplateKey> _list = new(MostShown, r => r.Id);
    private bool _archived;
    private bool _mayWrite;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    [SupplyParameterFromQuery]
    public string? Archived { get; set; }

    private IStringLocalizer<TemplatesText> L => texts;

    private IReadOnlyList<Segment<bool>> Sides => [new(false, L["which.offered"]), new(true, L["which.archived"])];

    protected override object Key => (Text, Archived);

    protected override Task OnParametersSetAsync()
    {
        (_archived, _mayWrite) = (Archived is "1", Shell.Allows(Permission.CampaignsWrite));
        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) => e is TemplatesChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var (typed, archived, shown) = (Text, Archived is "1", Loaded ? _list.Rows.Count : 0);
        var page = await _list.ReadAsync(after => queries.PageAsync(typed, archived, after, ct), shown);
        return () => _list.Show(page);
    }

    private void Go(string? typed, bool archived)
    {
        var parts = new List<string>();
        if (!string.IsNullOrWhiteSpace(typed))
        {
            parts.Add("q=" + Uri.EscapeDataString(typed.Trim()));
        }

        if (archived)
        {
            parts.Add("archived=1");
        }

        navigation.NavigateTo(
            Shell.Path("campaigns/templates") + (parts.Count > 0 ? "?" + string.Join('&', parts) : ""),
            new NavigationOptions { ReplaceHistoryEntry = true }
        );
    }

    private Task MoreAsync()
    {
        var key = Key;
        return RunAsync(() => _list.MoreAsync(after => queries.PageAsync(Text, _archived, after, Gone), () => Equals(key, Key)));
    }

    private Task CopyAsync(TemplateRow row) =>
        RunAsync(async () =>
        {
            for (var copy = 1; ; copy++)
            {
                try
                {
                    var id = await actions.CopyAsync(row.Id, TemplateLooks.CopyName(row.Name, L["copy-of"], copy), Gone);
                    navigation.NavigateTo(Shell.Path($"campaigns/templates/{id}"));
                    return;
                }
                catch (RuleException broken) when (broken.Key == "template.name-taken" && copy < MostCopies)
                {
                    // Somebody copied it before.
                }
            }
        });

    private async Task ArchiveAsync(TemplateRow row)
    {
        if (await RunAsync(() => actions.ArchiveAsync(row.Id, Gone)))
        {
            OfferUndo(L["archived", row.Name], () => actions.RestoreAsync(row.Id, Gone));
        }

        await ReloadAsync();
    }

    private async Task RestoreAsync(TemplateRow row)
    {
        if (await RunAsync(() => actions.RestoreAsync(row.Id, Gone)))
        {
            OfferUndo(L["restored", row.Name], () => actions.ArchiveAsync(row.Id, Gone));
        }

        await ReloadAsync();
    }
}
