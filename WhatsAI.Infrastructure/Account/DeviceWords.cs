namespace WhatsAI.Infrastructure.Account;

/// <summary>What a browser's own description comes down to, so that a person knows his devices again. Names only: they read alike in every language.</summary>
public static class DeviceWords
{
    // In this order, because most browsers also claim to be the ones below them.
    private static readonly (string Sign, string Name)[] _browsers =
    [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ];

    private static readonly (string Sign, string Name)[] _platforms =
    [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];

    public static string? Browser(string? userAgent) => Find(_browsers, userAgent);

    public static string? Platform(string? userAgent) => Find(_platforms, userAgent);

    private static string? Find((string Sign, string Name)[] known, string? userAgent) =>
        userAgent is null ? null : known.FirstOrDefault(k => userAgent.Contains(k.Sign, StringComparison.Ordinal)).Name;
}
