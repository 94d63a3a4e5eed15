using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Web.Common;

/// <summary>A page or dialog: knows when it is gone, and turns a broken rule into words instead of a dead circuit.</summary>
public abstract class ConsoleComponent : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();

    // Kept, because what was cancelled may still ask after the source is disposed of.
    protected ConsoleComponent() => Gone = _gone.Token;

    [Inject]
    protected ToastStack Toasts { get; set; } = null!;

    [Inject]
    protected IStringLocalizer<RuleText> Rules { get; set; } = null!;

    /// <summary>Cancelled when the component is removed or its circuit ends.</summary>
    protected CancellationToken Gone { get; }

    /// <summary>The rule's text in the operator's language.</summary>
    protected string TextOf(RuleException broken) => Rules[broken.Key, [.. broken.Values]];

    /// <summary>
    /// Runs an operator's action. False when a rule forbade it, the database is away or cannot keep a text (said in a toast), or the page was left meanwhile; a bug goes to
    /// the error boundary.
    /// </summary>
    /// <param name="away">What to do instead of the toast when the database is away.</param>
    protected async Task<bool> RunAsync(Func<Task> action, Action? away = null)
    {
        try
        {
            await action();
            return true;
        }
        catch (RuleException broken)
        {
            Toasts.Show(TextOf(broken), Tone.Critical);
            return false;
        }
        catch (Exception e) when (Gone.IsCancellationRequested && (e is OperationCanceledException or ObjectDisposedException))
        {
            return false;
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            (away ?? SayAway)();
            return false;
        }
        catch (Exception e) when (UnstorableText.Is(e))
        {
            Toasts.Show(Rules["text.unstorable"], Tone.Critical);
            return false;
        }
    }

    /// <summary>Runs what nobody waits for, a timer's work or a loop: it ends quietly with the page or when the database is away; a bug goes to the error boundary.</summary>
    protected async Task BehindAsync(Func<Task> work)
    {
        try
        {
            await InvokeAsync(() => RunAsync(work, away: () => { }));
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    /// <summary>Says what was done, with an undo (8 seconds, key Z) that runs like any action of this page and draws it again.</summary>
    protected void OfferUndo(string text, Func<Task> undo) =>
        Toasts.ShowUndo(
            text,
            () =>
                BehindAsync(async () =>
                {
                    await RunAsync(
                        undo,
                        away: () =>
                        {
                            SayAway();
                            OfferUndo(text, undo);
                        }
                    );
                    StateHasChanged();
                })
        );

    private void SayAway() => Toasts.Show(Rules["database.away"], Tone.Critical);

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await LeaveAsync();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a derived component must let go of; <see cref="Gone"/> is already cancelled.</summary>
    protected virtual ValueTask LeaveAsync() => ValueTask.CompletedTask;
}
