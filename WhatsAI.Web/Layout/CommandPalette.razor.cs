using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Layout;

public sealed partial class CommandPalette
{
    private const int PerSource = 8;
    private IReadOnlyList<Command> _found = [];
    private CancellationTokenSource? _search;
    private Task _searching = Task.CompletedTask;
    private string _text = "";
    private int _active;
    private bool _finding;
    private bool _away;

    [Inject]
    private IEnumerable<ICommandSource> Sources { get; set; } = [];

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    private Task FindAsync() => _searching = SearchAsync(_text.Trim());

    private async Task SearchAsync(string text)
    {
        _search?.Cancel();
        using var search = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        _search = search;
        _finding = true;
        try
        {
            var (found, away) = (new List<Command>(), false);
            foreach (var source in Sources)
            {
                try
                {
                    found.AddRange((await source.FindAsync(new CommandQuery(text, Shell), search.Token)).Take(PerSource));
                }
                catch (Exception e) when (DatabaseAway.Is(e))
                {
                    // Pages and actions are found all the same.
                    away = true;
                }
            }

            if (!search.IsCancellationRequested)
            {
                (_found, _active, _away) = (found, 0, away);
            }
        }
        catch (OperationCanceledException) when (search.IsCancellationRequested) { }
        catch (ObjectDisposedException) when (Gone.IsCancellationRequested) { }
        finally
        {
            if (_search == search)
            {
                (_search, _finding) = (null, false);
            }
        }
    }

    private async Task KeyAsync(KeyboardEventArgs e)
    {
        _active = ListKeys.Move(e.Key, _active, _found.Count);
        if (e.Key == "Enter")
        {
            await _searching; // typed fast: what is meant is what the last letter finds
            if (_active < _found.Count)
            {
                await ChooseAsync(_found[_active]);
            }
        }
    }

    private async Task ChooseAsync(Command command)
    {
        await Js.InvokeVoidAsync("consoleShell.close", "palette");
        if (command.Href is not null)
        {
            Navigation.NavigateTo(command.Href);
        }
        else if (command.Run is { } run)
        {
            await RunAsync(run);
        }
    }

    private void Clear() => (_text, _found, _active, _away) = ("", [], 0, false);
}
