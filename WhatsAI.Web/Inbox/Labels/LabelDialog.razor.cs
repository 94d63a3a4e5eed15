using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox.Labels;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Labels;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Inbox.Labels;

/// <summary>Puts labels on the conversations and takes them off, one after the other, until it is closed. Enter or, before a word is typed, the space bar does it.</summary>
public sealed partial class LabelDialog(SelectionActions selection, LabelActions labels, IStringLocalizer<LabelText> texts)
{
    private readonly Dictionary<LabelId, bool> _done = [];
    private readonly List<InboxLabel> _made = [];
    private IReadOnlyList<Choice> _found = [];
    private string _text = "";
    private int _active;
    private bool _busy;

    [Parameter]
    public bool Open { get; set; }

    /// <summary>As they are when it opens.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ConversationRow> Rows { get; set; } = [];

    /// <summary>The company's.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<InboxLabel> Labels { get; set; } = [];

    /// <summary>May make one that is missing.</summary>
    [Parameter]
    public bool MayCreate { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>Something was put on or taken off.</summary>
    [Parameter]
    public EventCallback<(InboxLabel Label, bool On, SelectionResult Result)> OnDone { get; set; }

    private IStringLocalizer<LabelText> L => texts;

    protected override void OnParametersSet() => Find();

    private Task TypedAsync()
    {
        if (_text == " " && _active < _found.Count)
        {
            _text = "";
            return ToggleAsync(_found[_active]);
        }

        Find();
        _active = 0;
        return Task.CompletedTask;
    }

    private void Find()
    {
        var typed = _text.Trim();
        var known = Labels.Concat(_made.Where(m => Labels.All(l => l.Id != m.Id))).ToList();
        var found = known
            .Select(l => (Label: l, Score: typed.Length == 0 ? 1 : FuzzyMatch.Score(l.Name, typed)))
            .Where(l => l.Score > 0)
            .OrderByDescending(l => typed.Length == 0 ? 0 : l.Score)
            .Select(l => new Choice(l.Label, Has(l.Label.Id)))
            .ToList();
        if (MayCreate && typed.Length > 0 && known.TrueForAll(l => Label.Fold(l.Name) != Label.Fold(typed)))
        {
            found.Add(new Choice(null, Has: false));
        }

        _found = found;
        _active = Math.Min(_active, Math.Max(0, found.Count - 1));
    }

    // What was done here counts before the list has heard of it.
    private bool? Has(LabelId id)
    {
        if (_done.TryGetValue(id, out var on))
        {
            return on;
        }

        var carriers = Rows.Count(r => r.Labels.Contains(id));
        return carriers == Rows.Count ? true
            : carriers == 0 ? false
            : null;
    }

    private async Task KeyAsync(KeyboardEventArgs e)
    {
        _active = ListKeys.Move(e.Key, _active, _found.Count);
        if (e.Key == "Enter" && _active < _found.Count)
        {
            await ToggleAsync(_found[_active]);
        }
    }

    private async Task ToggleAsync(Choice choice)
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        try
        {
            await RunAsync(() => PutAsync(choice));
        }
        finally
        {
            _busy = false;
            Find();
        }
    }

    private async Task PutAsync(Choice choice)
    {
        var label = choice.Label ?? await MakeAsync(_text.Trim());
        var on = choice.Has != true;
        var result = await selection.LabelAsync([.. Rows.Select(r => r.Id)], label.Id, on, Gone);
        _done[label.Id] = on;
        _text = "";
        await OnDone.InvokeAsync((label, on, result));
    }

    private async Task<InboxLabel> MakeAsync(string name)
    {
        var colour = (Labels.Count % Label.Colours) + 1;
        var made = new InboxLabel(await labels.CreateAsync(name, colour, Gone), name, colour);
        _made.Add(made);
        return made;
    }

    private static string Word(Choice choice) =>
        choice.Has switch
        {
            true => "true",
            false => "false",
            _ => "mixed",
        };

    /// <param name="Label">Null: the one that is made of what was typed.</param>
    /// <param name="Has">Null: some of the conversations have it.</param>
    private sealed record Choice(InboxLabel? Label, bool? Has);
}
