namespace WhatsAI.Web.Common;

public static class Category
{
    public const int Count = 8;

    /// <summary>One of the eight category colours, the same for a key on every machine and after every restart (FNV-1a).</summary>
    public static int Of(string key)
    {
        var hash = 2166136261u;
        foreach (var c in key)
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return (int)(hash % Count) + 1;
    }
}
