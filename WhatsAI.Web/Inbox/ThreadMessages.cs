using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox;

/// <summary>The loaded messages of one open thread, oldest first. Lives on one circuit.</summary>
public sealed class ThreadMessages
{
    private List<MessageRow> _rows = [];

    public IReadOnlyList<MessageRow> Rows => _rows;

    /// <summary>Whether there are older ones.</summary>
    public bool More { get; private set; }

    /// <summary>Whether there are newer ones that are not loaded: the thread was opened at an old message, and what arrives is not shown yet.</summary>
    public bool Newer { get; private set; }

    /// <summary>The first one nobody had read when the thread was opened; stays until it is opened anew.</summary>
    public MessageId? FirstUnread { get; private set; }

    public int Unread { get; private set; }

    /// <param name="unread">The conversation's unread count at this moment: that many of the customer's messages, from the newest up.</param>
    public void Show(ThreadPage page, int unread)
    {
        (_rows, More, Newer) = ([.. page.Rows], page.More, false);
        var first = _rows.Where(r => !r.IsOurs && !r.Kind.IsInternal()).Reverse().Take(unread).LastOrDefault();
        (FirstUnread, Unread) = (first?.Id, first is null ? 0 : unread);
    }

    /// <summary>Shows a part from the middle instead.</summary>
    public void Show(ThreadSpan span) => (_rows, More, Newer, FirstUnread, Unread) = ([.. span.Rows], span.Older, span.Newer, null, 0);

    /// <summary>The page read again after an interruption: what was loaded above it stays where it joins.</summary>
    public void Refresh(ThreadPage page)
    {
        if (page.Rows.Count == 0 || _rows.Count == 0)
        {
            (_rows, More) = ([.. page.Rows], page.More);
            return;
        }

        var from = page.Rows[0].Key;
        var above = _rows.TakeWhile(r => r.Key < from).ToList();
        var joins = !page.More || _rows.Exists(r => r.Id == page.Rows[0].Id);
        More = joins && above.Count > 0 ? More : page.More;
        _rows = joins ? [.. above, .. page.Rows] : [.. page.Rows];
    }

    public void Prepend(ThreadPage page)
    {
        var known = _rows.Select(r => r.Id).ToHashSet();
        _rows = [.. page.Rows.Where(r => !known.Contains(r.Id)), .. _rows];
        More = page.More;
    }

    public void Append(ThreadPage page)
    {
        var known = _rows.Select(r => r.Id).ToHashSet();
        _rows = [.. _rows, .. page.Rows.Where(r => !known.Contains(r.Id))];
        Newer = page.More;
    }

    /// <summary>Takes messages as they are now. Returns how many of them are new ones of the customer at the end.</summary>
    public int Apply(IReadOnlyList<MessageRow> changed)
    {
        var fresh = 0;
        foreach (var row in changed)
        {
            var at = _rows.FindIndex(r => r.Id == row.Id);
            if (at >= 0)
            {
                _rows.RemoveAt(at);
            }
            else if (More && _rows.Count > 0 && row.Key < _rows[0].Key)
            {
                // It belongs to a page that is not loaded.
                continue;
            }
            else if (Newer && _rows.Count > 0 && row.Key > _rows[^1].Key)
            {
                // Likewise, but below what is shown.
                fresh += row.IsOurs ? 0 : 1;
                continue;
            }

            var place = _rows.FindLastIndex(r => r.Key < row.Key) + 1;
            fresh += at < 0 && !row.IsOurs && place == _rows.Count ? 1 : 0;
            _rows.Insert(place, row);
        }

        return fresh;
    }
}
