using Microsoft.AspNetCore.Components;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Common;

/// <summary>
/// A page whose data stays true while it is open. It subscribes, then loads, then listens, so that nothing falls in between and no slow first load comes
/// last. Loads never overlap; asked during a load, it loads once more after it; what was loaded for a key that is no longer shown is dropped. While the
/// database is away what is shown stays, and is read again as soon as possible.
/// </summary>
public abstract class LiveComponent : ConsoleComponent
{
    // After an interruption every open page reads again: not all in the same moment.
    private static readonly TimeSpan _spread = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _firstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _slowestRetry = TimeSpan.FromSeconds(15);

    private CancellationTokenSource? _shown;
    private object? _key;
    private Task? _loading;
    private bool _again;
    private bool _retrying;
    private readonly List<ConsoleEvent> _news = [];

    [Inject]
    protected EventHub Hub { get; set; } = null!;

    [Inject]
    protected CurrentTenant Tenant { get; set; } = null!;

    [Inject]
    protected TimeProvider Time { get; set; } = null!;

    /// <summary>Whether the data of the present key is there; until then a skeleton is shown.</summary>
    protected bool Loaded { get; private set; }

    /// <summary>Whether the last load failed because the database is away: what is shown is old, and where nothing is shown yet there is an error to show.</summary>
    protected bool Away { get; private set; }

    /// <summary>What the page shows: a parameter, the filters of the URL. When it changes, the page subscribes and loads anew.</summary>
    protected virtual object? Key => null;

    /// <summary>The shortest time between two loads.</summary>
    protected virtual TimeSpan Interval => TimeSpan.FromMilliseconds(250);

    /// <summary>Whether an event concerns what is shown. Runs on the publisher's thread: it looks at the event and at parameters, nothing else.</summary>
    protected abstract bool Shows(ConsoleEvent e);

    /// <summary>
    /// Reads, and returns what puts the result on the page; that is called only if the same key is still shown. Touch no field before.
    /// <code>var rows = await queries.ListAsync(ct); return () => _rows = rows;</code>
    /// </summary>
    protected abstract Task<Action> LoadAsync(CancellationToken ct);

    /// <summary>
    /// Reads what these events changed, where that is less than everything; by default everything. Not called before the first load, nor when events may
    /// have been missed.
    /// </summary>
    protected virtual Task<Action> LoadChangesAsync(IReadOnlyList<ConsoleEvent> events, CancellationToken ct) => LoadAsync(ct);

    /// <summary>Loads everything again, after an action of one's own that needs no event. Waits for it.</summary>
    protected Task ReloadAsync()
    {
        _again = true;
        return _loading ??= LoadAllAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown is not null && Equals(_key, Key))
        {
            return;
        }

        _shown?.Cancel();
        var shown = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        (_shown, _key, Loaded, Away) = (shown, Key, false, false);
        var feed = Hub.Subscribe(Tenant.Id, Shows);
        try
        {
            await ReloadAsync();
        }
        catch
        {
            feed.Dispose();
            throw;
        }

        _ = ListenAsync(feed, shown.Token);
    }

    private async Task LoadAllAsync()
    {
        // Yield, so that _loading is set before the first load can end.
        await Task.Yield();
        try
        {
            while ((_again || _news.Count > 0) && !Gone.IsCancellationRequested)
            {
                IReadOnlyList<ConsoleEvent> news = _again || !Loaded ? [] : [.. _news];
                _again = false;
                _news.Clear();
                await LoadOnceAsync(news, _shown!.Token);
            }
        }
        finally
        {
            _loading = null;
        }
    }

    private async Task LoadOnceAsync(IReadOnlyList<ConsoleEvent> news, CancellationToken shown)
    {
        try
        {
            var show = await (news.Count == 0 ? LoadAsync(shown) : LoadChangesAsync(news, shown));
            if (!shown.IsCancellationRequested)
            {
                show();
                (Loaded, Away) = (true, false);
            }
        }
        catch (Exception e)
            when (shown.IsCancellationRequested && (e is OperationCanceledException or ObjectDisposedException || DatabaseAway.Is(e)))
        {
            // Another key is shown now, or the page was left.
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            Away = true;
            if (!_retrying)
            {
                _retrying = true;
                _ = RetryAsync();
            }
        }
    }

    private async Task RetryAsync()
    {
        try
        {
            for (var wait = _firstRetry; Away && !Gone.IsCancellationRequested; wait = wait * 2 < _slowestRetry ? wait * 2 : _slowestRetry)
            {
                // Not every open page in the same moment.
                await Task.Delay(wait * (0.75 + (Random.Shared.NextDouble() / 2)), Time, Gone);
                await InvokeAsync(async () =>
                {
                    await ReloadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
        finally
        {
            _retrying = false;
        }
    }

    private async Task ListenAsync(EventFeed feed, CancellationToken shown)
    {
        using (feed)
        {
            try
            {
                await foreach (var batch in feed.BatchesAsync(Interval, shown))
                {
                    if (batch.Any(e => e is EverythingChanged))
                    {
                        await Task.Delay(_spread * Random.Shared.NextDouble(), Time, shown);
                    }

                    await InvokeAsync(() => HearAsync(batch, shown));
                }
            }
            catch (OperationCanceledException) when (shown.IsCancellationRequested)
            {
                // Left, or subscribed anew for another key.
            }
            catch (Exception e)
            {
                await DispatchExceptionAsync(e);
            }
        }
    }

    private async Task HearAsync(IReadOnlyList<ConsoleEvent> batch, CancellationToken shown)
    {
        if (shown.IsCancellationRequested)
        {
            return;
        }

        _again |= batch.Any(e => e is EverythingChanged);
        _news.AddRange(batch);
        await (_loading ??= LoadAllAsync());
        StateHasChanged();
    }
}
