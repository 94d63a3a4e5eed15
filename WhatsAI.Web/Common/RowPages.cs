using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Web.Common;

/// <summary>The rows of a list that are shown so far, and where further ones begin. Of one page, on its circuit's thread.</summary>
/// <param name="most">More are not kept in a page.</param>
/// <param name="id">What a row is known by: one that moved to a further page meanwhile is not shown twice.</param>
public sealed class RowPages<TRow, TKey>(int most, Func<TRow, object> id)
    where TKey : class
{
    private TKey? _next;

    public IReadOnlyList<TRow> Rows { get; private set; } = [];

    public int Most => most;

    /// <summary>Nothing is shown, and nothing follows.</summary>
    public bool IsEmpty => Rows.Count == 0 && _next is null;

    public bool HasMore => _next is not null;

    public bool IsFull => Rows.Count >= most;

    public bool IsLoading { get; private set; }

    /// <summary>As many as were shown before, from the list's beginning.</summary>
    /// <param name="page">The page after a place; null: the first.</param>
    /// <param name="shown">How many.</param>
    public async Task<KeyPage<TRow, TKey>> ReadAsync(Func<TKey?, Task<KeyPage<TRow, TKey>>> page, int shown)
    {
        var read = await page(null);
        while (read.Next is { } next && read.Rows.Count < Math.Min(shown, most))
        {
            var further = await page(next);
            read = new KeyPage<TRow, TKey>([.. read.Rows, .. further.Rows], further.Next);
        }

        return read;
    }

    public void Show(KeyPage<TRow, TKey> page) => (Rows, _next) = ([.. page.Rows.DistinctBy(id)], page.Next);

    /// <summary>The same rows, as they are now.</summary>
    public void Change(Func<TRow, TRow> now) => Rows = [.. Rows.Select(now)];

    /// <summary>Shows the first alone, until the list is read again.</summary>
    public void Shorten(int rows) => Rows = [.. Rows.Take(rows)];

    /// <summary>Shows the next page, unless another list is shown by then.</summary>
    /// <param name="page">The page after a place.</param>
    /// <param name="isSame">Whether the list is still the one that was asked about.</param>
    public async Task MoreAsync(Func<TKey, Task<KeyPage<TRow, TKey>>> page, Func<bool> isSame)
    {
        if (_next is not { } after || IsLoading)
        {
            return;
        }

        IsLoading = true;
        try
        {
            var read = await page(after);
            if (isSame() && Equals(after, _next))
            {
                Show(read with { Rows = [.. Rows, .. read.Rows] });
            }
        }
        finally
        {
            IsLoading = false;
        }
    }
}
