using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox.Selection;

/// <summary>The conversations picked in one open list. What happens to them does not end it; what leaves the list leaves the selection.</summary>
public sealed class InboxSelection
{
    private readonly HashSet<ConversationId> _picked = [];
    private readonly HashSet<ConversationId> _range = [];
    private ConversationId? _anchor;

    public int Count => _picked.Count;

    public bool Contains(ConversationId id) => _picked.Contains(id);

    /// <summary>Those of the rows that are picked, in their order.</summary>
    public IReadOnlyList<ConversationRow> Of(IEnumerable<ConversationRow> rows) => [.. rows.Where(r => Contains(r.Id))];

    public void Toggle(ConversationId id)
    {
        if (!_picked.Remove(id) && Count < SelectionActions.Most)
        {
            _picked.Add(id);
        }

        _range.Clear();
        _anchor = id;
    }

    /// <summary>From the conversation that was picked last, or this one, to that one; a longer or shorter way takes the place of the one before.</summary>
    public void Extend(IReadOnlyList<ConversationRow> rows, ConversationId? from, ConversationId to)
    {
        var start = IndexOf(rows, _anchor) is >= 0 and var at ? at : IndexOf(rows, from);
        var end = IndexOf(rows, to);
        if (end < 0)
        {
            return;
        }

        start = start < 0 ? end : start;
        _anchor = rows[start].Id;
        _picked.ExceptWith(_range);
        _range.Clear();
        var step = start <= end ? 1 : -1;
        for (var i = start; Count < SelectionActions.Most; i += step)
        {
            if (_picked.Add(rows[i].Id))
            {
                _range.Add(rows[i].Id);
            }

            if (i == end)
            {
                break;
            }
        }
    }

    /// <summary>All that are loaded, as far as one action goes.</summary>
    public void All(IEnumerable<ConversationRow> rows)
    {
        _range.Clear();
        foreach (var row in rows.TakeWhile(_ => Count < SelectionActions.Most))
        {
            _picked.Add(row.Id);
        }
    }

    public void Keep(IReadOnlyCollection<ConversationRow> rows)
    {
        if (Count > 0)
        {
            _picked.IntersectWith(rows.Select(r => r.Id));
        }
    }

    public void Clear()
    {
        _picked.Clear();
        _range.Clear();
        _anchor = null;
    }

    private static int IndexOf(IReadOnlyList<ConversationRow> rows, ConversationId? id)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
