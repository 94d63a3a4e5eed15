namespace WhatsAI.Core.Instances;

/// <summary>The wall's order: the worst first, then by name, so that nothing moves without a reason.</summary>
public static class NumberOrder
{
    public static IReadOnlyList<T> WorstFirst<T>(IEnumerable<T> rows, Func<T, Gravity> gravity, Func<T, string> name) =>
        [.. rows.OrderBy(gravity).ThenBy(name, StringComparer.CurrentCultureIgnoreCase)];
}
