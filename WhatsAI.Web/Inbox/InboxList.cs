using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Inbox.Selection;

namespace WhatsAI.Web.Inbox;

/// <summary>
/// The rows of one open list. While it is held (the pointer is over it, or the focus in it) rows change what they say but not their place; the selected
/// row never moves. Lives on one circuit.
/// </summary>
public sealed class InboxList
{
    private readonly IComparer<ConversationRow> _byKey;
    private readonly Dictionary<ConversationId, ConversationRow> _waiting = [];
    private Dictionary<ConversationId, ConversationRow>? _meanwhile;
    private List<ConversationRow> _rows = [];
    private ConversationKey? _end;

    public InboxList() => _byKey = Comparer<ConversationRow>.Create((a, b) => KeyOf(a).CompareTo(KeyOf(b)));

    public InboxFilter Filter { get; private set; } = new();

    /// <summary>What stands around the rows: counters and numbers. Its labels stay the same object while they say the same, so that no row is drawn for them.</summary>
    public InboxSummary Summary
    {
        get;
        set => field = value.Labels.SequenceEqual(field.Labels) ? value with { Labels = field.Labels } : value;
    } = InboxSummary.Empty;

    /// <summary>The selected rows.</summary>
    public InboxSelection Picked { get; } = new();

    /// <summary>Who has which conversation open.</summary>
    public WatcherSnapshot Watchers { get; set; } = WatcherSnapshot.None;

    public IReadOnlyList<ConversationRow> Rows => _rows;

    /// <summary>Whether there are rows below the loaded ones.</summary>
    public bool More => _end is not null;

    public bool Held { get; private set; }

    public ConversationId? Selected { get; private set; }

    /// <summary>How many rows would come in or move up if the list were not held.</summary>
    public int Waiting => _waiting.Values.Count(w => Filter.Accepts(w) && InRange(w) && MovesUp(w));

    /// <summary>Where the next page begins.</summary>
    public ConversationKey? End => _end;

    /// <summary>A first page is being read: what changes until it is shown may be newer than what stands in it.</summary>
    public void Expect() => _meanwhile ??= [];

    /// <summary>A first page: after a change of filter, or because too much changed to be named.</summary>
    public void Show(InboxFilter filter, ConversationPage page)
    {
        (Filter, _rows, _end) = (filter, [.. page.Rows], page.More ? page.Rows[^1].KeyBy(filter.Order) : null);
        _waiting.Clear();
        var changed = _meanwhile;
        _meanwhile = null;
        if (changed is { Count: > 0 })
        {
            Apply([.. changed.Values]);
        }

        Picked.Keep(_rows);
    }

    public void Append(ConversationPage page)
    {
        var known = _rows.Select(r => r.Id).ToHashSet();
        _rows = [.. _rows, .. page.Rows.Where(r => known.Add(r.Id))];
        _end = page.More ? KeyOf(page.Rows[^1]) : null;
    }

    /// <summary>Takes rows as they are now, in the filter or not.</summary>
    public void Apply(IReadOnlyList<ConversationRow> changed)
    {
        foreach (var row in changed)
        {
            _meanwhile?[row.Id] = row;
            var at = _rows.FindIndex(r => r.Id == row.Id);
            if (at >= 0)
            {
                _rows[at] = row;
            }

            if (Held && (at >= 0 || Filter.Accepts(row)))
            {
                _waiting[row.Id] = row;
            }
        }

        if (!Held)
        {
            Place(changed);
        }
    }

    public void Hold(bool held)
    {
        Held = held;
        if (!held)
        {
            Settle();
        }
    }

    /// <summary>The row that was selected goes to its place, or leaves; the newly selected one stays where it is, before the rows that stood below it.</summary>
    public void Select(ConversationId? id)
    {
        var before = Selected;
        Selected = id;
        if (!Held)
        {
            Settle(before);
        }
    }

    /// <summary>Puts the changed rows in their places among the others, which are in theirs; the selected one stays.</summary>
    private void Place(IReadOnlyList<ConversationRow> changed)
    {
        var pinnedAt = _rows.FindIndex(r => r.Id == Selected);
        var pinned = pinnedAt < 0 ? null : _rows[pinnedAt];
        var below = Below(pinnedAt, changed.Select(c => c.Id));
        if (pinned is not null)
        {
            _rows.RemoveAt(pinnedAt);
        }

        foreach (var row in changed.Where(r => r.Id != pinned?.Id))
        {
            var was = _rows.FindIndex(r => r.Id == row.Id);
            if (was >= 0)
            {
                _rows.RemoveAt(was);
            }

            if (Filter.Accepts(row) && InRange(row))
            {
                var at = _rows.BinarySearch(row, _byKey);
                _rows.Insert(at < 0 ? ~at : at, row);
            }
        }

        Pin(_rows, pinned, pinnedAt, below);
        Picked.Keep(_rows);
    }

    /// <summary>Puts every row in its place, the selected one excepted.</summary>
    public void Settle() => Settle(Selected);

    private void Settle(ConversationId? before)
    {
        var pinnedAt = _rows.FindIndex(r => r.Id == Selected);
        var pinned = pinnedAt < 0 ? null : _rows[pinnedAt];
        var below = Below(pinnedAt, before is { } was ? _waiting.Keys.Append(was) : _waiting.Keys);
        foreach (var row in _rows)
        {
            _waiting.TryAdd(row.Id, row);
        }

        var rows = _waiting.Values.Where(r => r.Id != pinned?.Id && Filter.Accepts(r) && InRange(r)).OrderBy(KeyOf).ToList();
        Pin(rows, pinned, pinnedAt, below);
        _rows = rows;
        _waiting.Clear();
        Picked.Keep(_rows);
    }

    // The rows below the selected one that stay in their places.
    private HashSet<ConversationId> Below(int pinnedAt, IEnumerable<ConversationId> moved)
    {
        var below = pinnedAt < 0 ? [] : _rows.Skip(pinnedAt + 1).Select(r => r.Id).ToHashSet();
        below.ExceptWith(moved);
        return below;
    }

    // Where it stood; but when rows above it have left, not under what stood below it: "next" would pass that over.
    private static void Pin(List<ConversationRow> rows, ConversationRow? pinned, int pinnedAt, HashSet<ConversationId> below)
    {
        if (pinned is not null)
        {
            var first = rows.FindIndex(r => below.Contains(r.Id));
            rows.Insert(Math.Min(pinnedAt, first < 0 ? rows.Count : first), pinned);
        }
    }

    /// <summary>The row above or below the selected one; null at the end.</summary>
    public ConversationRow? Neighbour(int step)
    {
        var at = _rows.FindIndex(r => r.Id == Selected);
        var next = at < 0 ? (step > 0 ? 0 : -1) : at + step;
        return next >= 0 && next < _rows.Count ? _rows[next] : null;
    }

    // Over a row that now stands above it and is not where it is only because it is selected.
    private bool MovesUp(ConversationRow row)
    {
        var at = _rows.FindIndex(r => r.Id == row.Id);
        var over = _rows.FindIndex(r => r.Id != Selected && r.Id != row.Id && KeyOf(r) > KeyOf(row));
        return at < 0 || (row.Id != Selected && over >= 0 && over < at);
    }

    // Below the last loaded row stands what nobody has read yet.
    private bool InRange(ConversationRow row) => _end is null || KeyOf(row) <= _end;

    private ConversationKey KeyOf(ConversationRow row) => row.KeyBy(Filter.Order);
}
