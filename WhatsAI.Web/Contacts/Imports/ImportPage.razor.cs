using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Contacts.Imports;

/// <summary>A file of contacts: what its columns hold, how far it is, what became of its lines.</summary>
public sealed partial class ImportPage(
    ImportQueries queries,
    ImportActions actions,
    NavigationManager navigation,
    IStringLocalizer<ContactsText> texts
)
{
    private ImportView? _import;
    private ImportPreview? _preview;
    private string? _problem;
    private bool _busy;
    private bool _stopping;
    private bool _deleting;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [Parameter]
    public string ImportId { get; set; } = "";

    private IStringLocalizer<ContactsText> L => texts;

    protected override object Key => ImportId;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) => e is ContactsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var import = Id.TryParse<ImportId>(ImportId, out var id) ? await queries.FindAsync(id, ct) : null;
        // Of a file that waits: what somebody chooses stays while the page is read anew.
        var preview =
            import is not { State: ImportState.Uploaded } ? null
            : _import?.Id == id && _preview is not null ? _preview
            : await queries.PreviewAsync(id, ct);
        return () => (_import, _preview) = (import, preview);
    }

    private async Task StartAsync(ImportPlan plan)
    {
        (_busy, _problem) = (true, null);
        try
        {
            await actions.StartAsync(_import!.Id, plan, Gone);
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

    private async Task CancelAsync()
    {
        _stopping = false;
        await RunAsync(() => actions.CancelAsync(_import!.Id, Gone));
        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        _deleting = false;
        if (await RunAsync(() => actions.DeleteAsync(_import!.Id, Gone)))
        {
            navigation.NavigateTo(Shell.Path("contacts/imports"));
        }
    }
}
