using System.Net;

namespace WhatsAI.Bench;

/// <summary>Many open pages.</summary>
internal sealed class Pages(List<Circuit> circuits) : IAsyncDisposable
{
    private const int AtOnce = 10;

    public static HttpClient Client(CookieContainer cookies) =>
        new(new SocketsHttpHandler { CookieContainer = cookies, MaxConnectionsPerServer = 16 }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <param name="shows">What each shows when it is ready.</param>
    /// <param name="batch">Told of each page's render batches.</param>
    public static async Task<Pages> OpenAsync(
        HttpClient http,
        CookieContainer cookies,
        Uri page,
        int count,
        string shows,
        Action<int, ReadOnlyMemory<byte>>? batch = null
    )
    {
        var pages = new Pages([]);
        await pages.AddAsync(http, cookies, _ => page, count, _ => shows, batch);
        return pages;
    }

    public async Task AddAsync(
        HttpClient http,
        CookieContainer cookies,
        Func<int, Uri> page,
        int count,
        Func<int, string> shows,
        Action<int, ReadOnlyMemory<byte>>? batch = null
    )
    {
        for (var end = circuits.Count + count; circuits.Count < end; )
        {
            var first = circuits.Count;
            circuits.AddRange(
                await Task.WhenAll(
                    Enumerable
                        .Range(first, Math.Min(AtOnce, end - first))
                        .Select(i => Circuit.OpenAsync(http, cookies, page(i), shows(i), batch is null ? null : b => batch(i, b)))
                )
            );
        }
    }

    /// <summary>A circuit that died silently would make the rest look fast.</summary>
    public void ThrowIfBroken()
    {
        if (circuits.Find(c => c.Failure is not null) is { } broken)
        {
            throw new InvalidOperationException("A page ended while it was measured", broken.Failure);
        }
    }

    /// <summary>As browsers leave.</summary>
    public Task LeaveAsync(HttpClient http) => Task.WhenAll(circuits.Select(c => c.LeaveAsync(http)));

    public async ValueTask DisposeAsync()
    {
        foreach (var circuit in circuits)
        {
            await circuit.DisposeAsync();
        }
    }
}
