using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Campaigns.Templates;
using WhatsAI.Web.Common;
using WhatsAI.Web.Contacts;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>What the campaign will do, before it does it: the plan is made as soon as there is none of what the draft says, and launched from here.</summary>
public sealed partial class PlanStep(
    FlightPlans plans,
    CampaignLaunching launching,
    TemplateQueries templates,
    PlanParts parts,
    NavigationManager navigation,
    IStringLocalizer<DraftsText> texts,
    IStringLocalizer<TemplatesText> words,
    IStringLocalizer<ContactsText> contacts
)
{
    private IReadOnlyDictionary<InstanceId, NumberRow> _names = new Dictionary<InstanceId, NumberRow>();
    private IReadOnlyList<(VariantLine Line, TemplateReading Reading)> _lines = [];
    private VariableNames _variables = new(new TemplateCatalog(new Dictionary<string, ContactField>(), new HashSet<string>()), words);
    private ScheduledFile? _file;
    private PoolRow? _pool;
    private LaunchStand? _stand;
    private FlightPlanRow? _plan;
    private PlanGrid? _grid;
    private LegalBasis? _basis;
    private Exclusion? _listed;
    private DateTimeOffset _now;
    private string? _failure;
    private int _looked;
    private bool _making;
    private bool _busy;
    private bool _choosing;
    private bool _launching;
    private bool _testing;

    [Parameter, EditorRequired]
    public DraftWork Work { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter, EditorRequired]
    public ScheduleInput Schedule { get; set; } = new();

    [Parameter]
    public TemplatePerson? Person { get; set; }

    [Parameter]
    public EventCallback<TemplatePerson?> OnPerson { get; set; }

    private IStringLocalizer<DraftsText> L => texts;

    private IStringLocalizer<ContactsText> Contacts => contacts;

    private DraftStep? Missing =>
        Work.Draft switch
        {
            { Template: null } or { Lacking.Count: > 0 } => DraftStep.Message,
            { Audience: null } => DraftStep.Audience,
            { Pool: null } => DraftStep.Numbers,
            { Schedule: var saved } when Schedule.IsUnsaved(saved) => DraftStep.Schedule,
            _ => null,
        };

    private IReadOnlyList<string> Problems => _stand?.Problems ?? [];

    /// <summary>A second person is asked for, and this is one.</summary>
    private bool MayApprove =>
        _stand?.Approval is ApprovalDecision.Missing
        && Shell.Allows(Permission.CampaignsSend)
        && Work.Draft.Author != Shell.UserId
        && Work.Draft.Approval?.By != Shell.UserId;

    protected override object? Key => (Work.Draft.Id, Work.Draft.Version);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override bool Shows(ConsoleEvent e) =>
        e is TemplatesChanged or TenantSettingsChanged || (e is CampaignChanged c && c.CampaignId == Work.Draft.Id);

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        if (Missing is not null)
        {
            return () => { };
        }

        var draft = Work.Draft;
        var stand = await launching.StandAsync(draft.Id, ct);
        var read = await parts.ReadAsync(draft, ct);
        return () =>
        {
            (_now, _stand, _names) = (Time.GetUtcNow(), stand, read.Numbers);
            Show(read);
            if (stand.Plan is { } plan)
            {
                Show(plan);
            }
            else if (!_making && Work.MayWrite)
            {
                _ = BehindAsync(() => MakeAsync(_plan?.Basis ?? _basis));
            }
        };
    }

    private void Show(PlanReading read)
    {
        if (read.Template is not { } template)
        {
            return;
        }

        var draft = TemplateDraft.Of(template);
        var catalog = draft.CatalogOf(read.Catalog);
        _variables = new VariableNames(catalog, words);
        _file = draft.File;
        _lines = [.. draft.Variants.Where(v => v.IsUsed).Select(v => (v, TemplateText.Look(v.Text, catalog, draft.File is not null)))];
        _pool = read.Pool;
    }

    private void Show(FlightPlanRow plan)
    {
        (_plan, _basis, _failure) = (plan, plan.Basis, null);
        _grid = PlanGrid.Of(plan.Plan, _pool, Work.Draft.Hours, _names, Shell.TimeZone);
    }

    /// <summary>What was shown stays, dimmed, until the new plan is there.</summary>
    private async Task MakeAsync(LegalBasis? basis)
    {
        if (_making || Missing is not null)
        {
            return;
        }

        (_making, _looked, _failure, _basis) = (true, 0, null, basis);
        StateHasChanged();
        try
        {
            var progress = new Progress<PlanProgress>(p =>
                _ = InvokeAsync(() =>
                {
                    _looked = p.Looked;
                    StateHasChanged();
                })
            );
            Show(await plans.MakeAsync(Work.Draft.Id, basis, progress, Gone));
            _stand = await launching.StandAsync(Work.Draft.Id, Gone);
        }
        catch (RuleException broken)
        {
            (_failure, _plan) = (TextOf(broken), null);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            (_failure, _plan) = (Rules["database.away"], null);
        }
        finally
        {
            (_making, _now) = (false, Time.GetUtcNow());
            StateHasChanged();
        }
    }

    private Task BasisAsync(ChangeEventArgs e) =>
        MakeAsync(Enum.TryParse<LegalBasis>(e.Value as string, out var basis) && Enum.IsDefined(basis) ? basis : null);

    private async Task ApproveAsync()
    {
        _busy = true;
        await RunAsync(() => launching.ApproveAsync(Work.Draft.Id, CancellationToken.None));
        await ReloadAsync();
        _busy = false;
    }

    private async Task LaunchAsync()
    {
        (_launching, _busy) = (false, true);
        var id = Work.Draft.Id;
        if (await RunAsync(() => launching.LaunchAsync(id, CancellationToken.None)))
        {
            Toasts.Show(L["launched", Work.Draft.Name]);
            navigation.NavigateTo(Shell.Path($"campaigns/{id}"));
            return;
        }

        // What stood in the way may be that the plan is of yesterday.
        _busy = false;
        await ReloadAsync();
    }

    private async Task PersonAsync(ContactId contact)
    {
        _choosing = false;
        await RunAsync(async () => await OnPerson.InvokeAsync(await templates.PersonAsync(contact, Gone)));
    }

    private string LaunchText(FlightPlanRow row)
    {
        var people = Number(row.Plan.People);
        var text =
            Work.Draft.Schedule is { } schedule ? L["launch.ask-later", people, At(schedule.StartsAt())]
            : row.Plan.StartsAt is { } first && first > _now.AddMinutes(5) ? L["launch.ask-hours", people, At(first)]
            : L["launch.ask-now", people];
        return row.Basis is { } basis ? $"{text} {L["launch.ask-basis", contacts[basis.Key()]]}" : text;
    }

    private string PathOf(DraftStep step) => Shell.Path($"campaigns/{Work.Draft.Id}/edit?step={step.Name()}");

    private string At(DateTimeOffset at) => $"{PlanWords.When(at, Shell.TimeZone)} ({Shell.TimeZone.Id})";

    private string When(DateTimeOffset at) => ClockTime.Of(at, _now, Shell.TimeZone);

    private static string Number(int number) => number.ToString("N0", CultureInfo.CurrentCulture);
}
