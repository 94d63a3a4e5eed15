namespace WhatsAI.Web.Common;

/// <summary>
/// The messages of one circuit. A toast goes by itself after its time; one with an undo stays 8 seconds and can be taken back until then (key Z).
/// </summary>
public sealed class ToastStack(TimeProvider time) : IDisposable
{
    public static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan PlainTime = TimeSpan.FromSeconds(5);
    private const int Most = 4;

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private long _last;

    /// <summary>Raised on any thread; a component goes through InvokeAsync.</summary>
    public event Action? Changed;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Toast> Toasts
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Select(e => e.Toast)];
            }
        }
    }

    public void Show(string text, Tone tone = Tone.Ok) => Add(text, tone, undo: null, PlainTime);

    /// <summary>Says what was done and offers to take it back.</summary>
    public void ShowUndo(string text, Func<Task> undo) => Add(text, Tone.Ok, undo, UndoTime);

    public void Dismiss(Toast toast)
    {
        if (Take(toast))
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Runs the undo once, however often it is clicked.</summary>
    public async Task UndoAsync(Toast toast)
    {
        if (toast.Undo is { } undo && Take(toast))
        {
            Changed?.Invoke();
            await undo();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _entries.ForEach(e => e.Timer.Dispose());
            _entries.Clear();
        }
    }

    private void Add(string text, Tone tone, Func<Task>? undo, TimeSpan stays)
    {
        lock (_gate)
        {
            // Said again, it is the same message and stays longer, not a second one.
            if (
                undo is null
                && _entries.FindIndex(e => e.Toast.Undo is null && e.Toast.Text == text && e.Toast.Tone == tone) is >= 0 and var same
            )
            {
                _entries[same].Timer.Dispose();
                _entries.RemoveAt(same);
            }

            var toast = new Toast(++_last, text, tone, undo, stays);
            var timer = time.CreateTimer(_ => Dismiss(toast), state: null, stays, Timeout.InfiniteTimeSpan);
            _entries.Add(new Entry(toast, timer));
            if (_entries.Count > Most)
            {
                _entries[0].Timer.Dispose();
                _entries.RemoveAt(0);
            }
        }

        Changed?.Invoke();
    }

    private bool Take(Toast toast)
    {
        lock (_gate)
        {
            var index = _entries.FindIndex(e => e.Toast.Id == toast.Id);
            if (index < 0)
            {
                return false;
            }

            _entries[index].Timer.Dispose();
            _entries.RemoveAt(index);
            return true;
        }
    }

    private sealed record Entry(Toast Toast, ITimer Timer);
}

/// <summary>One message; <paramref name="Stays"/> is how long it is shown.</summary>
public sealed record Toast(long Id, string Text, Tone Tone, Func<Task>? Undo, TimeSpan Stays);
