using System.Net;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Hosting;

/// <summary>What a reverse proxy says of the person is believed from a configured one only. Seen in where a stranger is sent to sign in.</summary>
public sealed class ProxyTests(ConsolesBehindProxies consoles) : IClassFixture<ConsolesBehindProxies>
{
    [Fact]
    public async Task Headers_of_a_configured_proxy_are_believed() =>
        (await SentToAsync(consoles.Trusting)).ShouldStartWith("https://console.example/sign-in");

    [Fact]
    public async Task Headers_of_anybody_else_are_not()
    {
        (await SentToAsync(consoles.TrustingAnother)).ShouldStartWith(consoles.TrustingAnother.Address + "/sign-in");
        (await SentToAsync(consoles.TrustingNobody)).ShouldStartWith(consoles.TrustingNobody.Address + "/sign-in");
    }

    [Fact]
    public async Task Cookies_are_only_for_tls_where_the_proxy_speaks_it()
    {
        using var answer = await GetAsync(consoles.Trusting, "/sign-in");

        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(c => c.Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A person behind the proxy who claims to be somebody else, or this very machine.</summary>
    [Fact]
    public async Task What_the_person_put_before_the_proxys_own_word_is_not_believed()
    {
        using var answer = await GetAsync(consoles.Trusting, "/metrics", "127.0.0.1, 203.0.113.9");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<string> SentToAsync(ConsoleApp console)
    {
        using var answer = await GetAsync(console, "/");
        return answer.Headers.Location!.ToString();
    }

    private static async Task<HttpResponseMessage> GetAsync(ConsoleApp console, string path, string from = "203.0.113.9")
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, console.Address + path);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("X-Forwarded-For", from);
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "console.example");
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

/// <summary>The test is a proxy on this machine.</summary>
public sealed class ConsolesBehindProxies : IAsyncLifetime
{
    public ConsoleApp Trusting { get; private set; } = null!;

    public ConsoleApp TrustingAnother { get; private set; } = null!;

    public ConsoleApp TrustingNobody { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Trusting = await ConsoleApp.StartAsync(("Site:TrustedProxies:0", "127.0.0.0/8"));
        TrustingAnother = await ConsoleApp.StartAsync(("Site:TrustedProxies:0", "10.9.9.9"));
        TrustingNobody = await ConsoleApp.StartAsync();
        foreach (var console in new[] { Trusting, TrustingAnother, TrustingNobody })
        {
            await console.AddTenantAsync("ana@aurora.example", "correct horse battery");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Trusting.DisposeAsync();
        await TrustingAnother.DisposeAsync();
        await TrustingNobody.DisposeAsync();
    }
}
