namespace WhatsAI.Web.Common;

/// <summary>The arrows of a list that is chosen from while the caret stays in its search field.</summary>
internal static class ListKeys
{
    /// <summary>Where the mark stands after a key: one down or up, round at the ends; any other key leaves it.</summary>
    /// <param name="key">As the browser calls it.</param>
    /// <param name="active">Where it stands.</param>
    /// <param name="count">Of the list.</param>
    public static int Move(string key, int active, int count) =>
        (key, count) switch
        {
            ("ArrowDown", > 0) => (active + 1) % count,
            ("ArrowUp", > 0) => (active + count - 1) % count,
            _ => active,
        };
}
