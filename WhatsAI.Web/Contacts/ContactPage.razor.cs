using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Contacts;

/// <summary>One contact: what is known of the person, what he agreed to and when, and what was said with him.</summary>
public sealed partial class ContactPage(
    ContactQueries queries,
    ContactCatalogQueries catalogs,
    ContactActions actions,
    PersonalDataActions privacy,
    ContactCampaignQueries received,
    NavigationManager navigation,
    IStringLocalizer<ContactsText> texts
)
{
    private ContactView? _view;
    private ContactCatalog _catalog = ContactCatalog.Empty;
    private IReadOnlyList<ContactCampaignRow> _campaigns = [];
    private string? _problem;
    private bool _busy;
    private bool _recording;
    private bool _mayManage;
    private bool _mayErase;
    private bool _erasing;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [Parameter]
    public string ContactId { get; set; } = "";

    private IStringLocalizer<ContactsText> L => texts;

    protected override object Key => ContactId;

    protected override Task OnParametersSetAsync()
    {
        _mayManage = Shell.Allows(Permission.ContactsManage);
        _mayErase = Shell.Allows(Permission.ContactsErase);
        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) => e is ContactsChanged or ConversationChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var catalog = await catalogs.ReadAsync(ct);
        var view = Id.TryParse<ContactId>(ContactId, out var id) ? await queries.FindAsync(id, ct) : null;
        var campaigns = view is null ? [] : await received.OfAsync(view.Id, ct);
        return () => (_view, _catalog, _campaigns) = (view, catalog, campaigns);
    }

    // Of conversations only those that are shown.
    protected override Task<Action> LoadChangesAsync(IReadOnlyList<ConsoleEvent> events, CancellationToken ct) =>
        events.Any(e =>
            e is ContactsChanged || (e is ConversationChanged changed && _view?.Threads.Any(t => t.Id == changed.ConversationId) == true)
        )
            ? LoadAsync(ct)
            : Task.FromResult(() => { });

    private string NameOf(ContactView view) => view.Name ?? (view.Phone is null ? L["nameless"] : PhoneOf(view));

    private string PhoneOf(ContactView view) =>
        PhoneNumber.TryParse(view.Phone, out var number) ? number.Format() : view.Phone ?? L["phone.unknown"];

    private async Task SaveAsync(ContactEdit edit)
    {
        (_busy, _problem) = (true, null);
        try
        {
            await actions.SaveAsync(_view!.Id, edit, Gone);
            Toasts.Show(L["saved"]);
            await ReloadAsync();
        }
        catch (RuleException broken)
        {
            _problem = TextOf(broken);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _problem = Rules["database.away"];
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task TagAsync(TagRow tag)
    {
        var view = _view!;
        await RunAsync(() => actions.TagAsync([view.Id], tag.Id, !view.Tags.Contains(tag.Id), Gone));
        await ReloadAsync();
    }

    private async Task EraseAsync()
    {
        _erasing = false;
        var id = _view!.Id;
        if (await RunAsync(() => privacy.EraseAsync(id, Gone)))
        {
            Toasts.Show(L["personal-data.erased"]);
            navigation.NavigateTo(Shell.Path("contacts"));
        }
    }

    private async Task RecordedAsync(string? kept)
    {
        _recording = false;
        Toasts.Show(kept is null ? L["consent.recorded"] : L[kept], kept is null ? Tone.Ok : Tone.Warn);
        await ReloadAsync();
    }
}
