namespace WhatsAI.Bench;

/// <summary>Agents with the inbox open, while customers write: what a measurement has around it on a working day.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    /// <summary>So few that each of their rows is on the first screen.</summary>
    private const int Customers = 60;

    /// <summary>A customer's message of the given number, at a time of its own: rows of one second would be ordered by conversation.</summary>
    public static byte[] Request(World world, int run, int n, DateTimeOffset begin) =>
        Hook.Request(world.Numbers[n % world.Numbers.Count], n % Customers, Hook.IdOf(run, n), $"crowd {n}", begin.AddSeconds(n));

    private readonly HttpClient _http;
    private readonly HookConnection[] _connections;
    private readonly Pages _pages;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _load;

    private Crowd(HttpClient http, HookConnection[] connections, Pages pages, Func<CancellationToken, Task> load)
    {
        (_http, _connections, _pages) = (http, connections, pages);
        _load = load(_stop.Token);
    }

    /// <param name="world">Its company.</param>
    /// <param name="agents">How many pages show the list of open conversations.</param>
    /// <param name="perSecond">How many messages come in.</param>
    public static async Task<Crowd> OpenAsync(World world, int agents, int perSecond)
    {
        var cookies = await world.SignInAsync();
        var http = Pages.Client(cookies);
        var pages = await Pages.OpenAsync(http, cookies, new Uri(world.Console.Address, $"/t/{World.Slug}/inbox"), agents, Seed.Mark);
        var connections = await HookConnection.OpenAsync(world.Console.Address, 2);
        var begin = DateTimeOffset.UtcNow.AddDays(-1);
        return new Crowd(
            http,
            connections,
            pages,
            async stop =>
            {
                for (var n = 0; !stop.IsCancellationRequested; n += perSecond)
                {
                    var from = n;
                    await new Load(connections).SteadyAsync(
                        perSecond,
                        perSecond,
                        i => Request(world, 7, from + i, begin),
                        static (_, _, _) => { }
                    );
                }
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _load;
        _pages.ThrowIfBroken();
        await _pages.DisposeAsync();
        Array.ForEach(_connections, c => c.Dispose());
        _http.Dispose();
        _stop.Dispose();
    }
}
