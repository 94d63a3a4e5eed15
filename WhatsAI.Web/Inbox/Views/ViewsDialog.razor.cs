using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Inbox.Views;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Views;

/// <summary>Gives the filter that is shown a name, and keeps the views there are. The list of them is its owner's, who hears of every change.</summary>
public sealed partial class ViewsDialog(InboxViewActions actions, IStringLocalizer<ViewText> texts)
{
    private InboxViewRow? _edited;
    private string _name = "";
    private string? _problem;
    private bool _shared;
    private bool _busy;

    [Parameter]
    public bool Open { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyList<InboxViewRow> Views { get; set; } = [];

    /// <summary>What the list shows now.</summary>
    [Parameter, EditorRequired]
    public InboxFilter Filter { get; set; } = null!;

    [Parameter, EditorRequired]
    public InboxSummary Summary { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public EventCallback OnClose { get; set; }

    private InboxViewActions Actions => actions;

    private IStringLocalizer<ViewText> L => texts;

    private void Edit(InboxViewRow? view) => (_edited, _name, _problem) = (view, view?.Name ?? "", null);

    private async Task SaveAsync()
    {
        if (_busy)
        {
            return;
        }

        (_busy, _problem) = (true, null);
        try
        {
            await (
                _edited is { } view
                    ? actions.ChangeAsync(view.Id, _name, view.Query, view.Version, Gone)
                    : actions.CreateAsync(_name, ViewFilter.Query(Filter, Shell), _shared, Gone)
            );
            Toasts.Show(L["saved", _name.Trim()]);
            Edit(null);
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

    private async Task UseAsync(InboxViewRow view)
    {
        if (await RunAsync(() => actions.ChangeAsync(view.Id, view.Name, ViewFilter.Query(Filter, Shell), view.Version, Gone)))
        {
            Toasts.Show(L["saved", view.Name]);
        }
    }

    private async Task DeleteAsync(InboxViewRow view)
    {
        Edit(null);
        if (await RunAsync(() => actions.DeleteAsync(view.Id, Gone)))
        {
            OfferUndo(L["deleted", view.Name], () => actions.CreateAsync(view.Name, view.Query, view.Shared, CancellationToken.None));
        }
    }
}
