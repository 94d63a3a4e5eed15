using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Inbox.Labels;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Labels;

/// <summary>The company's labels: made, renamed, coloured and, with what loses them said first, deleted.</summary>
public sealed partial class LabelsPage(LabelQueries queries, LabelActions actions, IStringLocalizer<LabelText> texts)
{
    private IReadOnlyList<LabelRow>? _labels;
    private LabelRow? _edited;
    private LabelRow? _deleting;
    private int _carriers;
    private bool _editing;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<LabelText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is LabelsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var labels = await queries.ListAsync(ct);
        return () => _labels = labels;
    }

    private void Edit(LabelRow? label) => (_edited, _editing) = (label, true);

    private async Task SavedAsync(string name)
    {
        _editing = false;
        Toasts.Show(L["saved", name]);
        await ReloadAsync();
    }

    private Task AskAsync(LabelRow label) =>
        RunAsync(async () =>
        {
            _carriers = await queries.ConversationsAsync(label.Id, Gone);
            _deleting = label;
        });

    private async Task DeleteAsync()
    {
        if (_deleting is not { } label)
        {
            return;
        }

        _deleting = null;
        if (await RunAsync(() => actions.DeleteAsync(label.Id, Gone)))
        {
            Toasts.Show(L["deleted", label.Name]);
        }

        await ReloadAsync();
    }
}
