using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Audiences;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>The wizard: five steps of one draft, each saved as it is changed. What was launched stands on its own page.</summary>
public sealed partial class DraftPage(
    CampaignDraftQueries queries,
    CampaignDraftActions actions,
    AudienceQueries audiences,
    TemplateQueries templates,
    NavigationManager navigation,
    IStringLocalizer<DraftsText> texts
)
{
    private readonly SemaphoreSlim _turn = new(1);
    private ScheduleInput _schedule = new();
    private DraftWork? _work;
    private TemplatePerson? _person;
    private DraftStep _step;
    private bool _mayWrite;
    private bool _saving;
    private bool _saved;
    private bool _naming;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [Parameter]
    public string CampaignId { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? Step { get; set; }

    private IStringLocalizer<DraftsText> L => texts;

    protected override object Key => CampaignId;

    protected override Task OnParametersSetAsync()
    {
        (_step, _mayWrite) = (DraftSteps.Of(Step), Shell.Allows(Permission.CampaignsWrite));
        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) => e is CampaignChanged c && c.CampaignId.ToString() == CampaignId;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var view = Id.TryParse<Core.Instances.Pools.CampaignId>(CampaignId, out var id) ? await queries.FindAsync(id, ct) : null;
        // With whom in it a message is looked at: somebody real, of the audience itself.
        var person = _person is null && view?.Audience is { } audience ? await SomebodyAsync(audience, ct) : null;
        return () =>
        {
            if (view is { State: not CampaignState.Draft })
            {
                navigation.NavigateTo(Shell.Path($"campaigns/{view.Id}"), new NavigationOptions { ReplaceHistoryEntry = true });
                return;
            }

            if (view?.Id != _work?.Draft.Id)
            {
                // Of another draft nothing is typed yet.
                _schedule = new ScheduleInput();
            }

            _work = view is null ? null : new DraftWork(view, _mayWrite, ChangeAsync);
            _person ??= person;
        };
    }

    private async Task<TemplatePerson?> SomebodyAsync(Audience audience, CancellationToken ct) =>
        Shell.Allows(Permission.ContactsRead) && await audiences.SomebodyAsync(audience, ct) is { } contact
            ? await templates.PersonAsync(contact, ct)
            : null;

    /// <summary>
    /// One after the other: the second of two quick changes is one of the version that the first made. What was changed is saved although the person has gone on to
    /// another step or page meanwhile.
    /// </summary>
    private async Task<bool> ChangeAsync(Func<CampaignDraftView, Task> change)
    {
        _saving = true;
        StateHasChanged();
        await _turn.WaitAsync();
        try
        {
            var done = _work is { } work && await RunAsync(() => change(work.Draft));
            _saved |= done;
            await ReloadAsync();
            return done;
        }
        finally
        {
            _turn.Release();
            _saving = false;
            StateHasChanged();
        }
    }

    private async Task RenameAsync(string name)
    {
        if (await ChangeAsync(draft => actions.RenameAsync(draft.Id, name, draft.Version, CancellationToken.None)))
        {
            _naming = false;
        }
    }

    private Task StartAsync(CampaignSchedule? schedule) =>
        ChangeAsync(draft => actions.StartAtAsync(draft.Id, schedule, draft.Version, CancellationToken.None));

    private Task<bool> HoursAsync(IReadOnlyList<OpenSpan> hours) =>
        ChangeAsync(draft =>
            actions.SendThroughAsync(
                draft.Id,
                new SendingForm(draft.Pool!.Value, draft.Canary, draft.ReplyDays, hours),
                draft.Version,
                CancellationToken.None
            )
        );

    private string PathOf(DraftStep step) => Shell.Path($"campaigns/{CampaignId}/edit?step={step.Name()}");

    private bool IsDone(DraftStep step) =>
        _work!.Draft is var draft
        && step switch
        {
            DraftStep.Message => draft is { Template: not null, Lacking.Count: 0 },
            DraftStep.Audience => draft.Audience is not null,
            DraftStep.Numbers => draft.Pool is not null,
            DraftStep.Schedule when _schedule.IsUnsaved(draft.Schedule) => false,
            DraftStep.Schedule => draft.Schedule is { } at ? at.StartsAt() > Time.GetUtcNow() : draft.Pool is not null,
            _ => false,
        };
}
