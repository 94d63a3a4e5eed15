namespace WhatsAI.Infrastructure.Persistence;

/// <summary>A page of a list that is cut by key, so that further pages cost what the first one does.</summary>
/// <param name="Rows">In the list's order; may be few or none although more follow, where a search has looked for long enough.</param>
/// <param name="Next">Where the next page begins; null: this is the last.</param>
public sealed record KeyPage<TRow, TKey>(IReadOnlyList<TRow> Rows, TKey? Next)
    where TKey : class;

internal static class KeyPage
{
    /// <param name="rows">Up to one more than a page has.</param>
    /// <param name="size">Rows of a page.</param>
    /// <param name="key">A row's place.</param>
    /// <param name="rest">Where a search that has not seen everything goes on, if the page is not full.</param>
    public static KeyPage<TRow, TKey> Cut<TRow, TKey>(IReadOnlyList<TRow> rows, int size, Func<TRow, TKey> key, TKey? rest = null)
        where TKey : class => rows.Count > size ? new([.. rows.Take(size)], key(rows[size - 1])) : new(rows, rest);

    public static KeyPage<TRow, TKey> Select<TSource, TRow, TKey>(this KeyPage<TSource, TKey> page, Func<TSource, TRow> row)
        where TKey : class => new([.. page.Rows.Select(row)], page.Next);
}
