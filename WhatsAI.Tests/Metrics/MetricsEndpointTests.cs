using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Metrics;

public sealed partial class MetricsEndpointTests(TwoConsoles consoles) : IClassFixture<TwoConsoles>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_on_this_machine_gets_every_feature_in_prometheus_format()
    {
        var console = consoles.WithoutToken;
        using var http = new HttpClient { BaseAddress = new Uri(console.Address) };
        using var _ = await http.PostAsync("/hooks/evolution/a-route-that-nobody-made", new StringContent("{}"), Ct);

        using var answer = await http.GetAsync("/metrics", Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !Line().IsMatch(l)).ShouldBeEmpty();
        text.Split('\n').Where(l => l.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBeUnique();
        string[] expected =
        [
            "whatsai_journal_refused_total{reason=\"unknown_route\"}",
            "whatsai_journal_backlog ",
            "whatsai_work_due{kind=\"outbound\"} ",
            "whatsai_database_reachable 1",
            "db_client_connection_count",
            "http_server_request_duration_seconds_bucket",
            "dotnet_process_memory_working_set",
            "# TYPE whatsai_number_health gauge",
        ];
        expected.Where(e => !text.Contains(e, StringComparison.Ordinal)).ShouldBeEmpty();
        text.ShouldNotContain("Host="); // the pool's name is not its connection string
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Host", "console.example")]
    public async Task Through_a_proxy_on_this_machine_there_is_no_such_page(string header, string value)
    {
        (await StatusAsync(consoles.WithoutToken, (header, value))).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer the-right-one", HttpStatusCode.OK)]
    public async Task With_a_token_it_alone_decides(string? authorization, HttpStatusCode expected)
    {
        var console = consoles.WithToken;

        (await StatusAsync(console, ("Authorization", authorization))).ShouldBe(expected);
        (await StatusAsync(console, ("Authorization", authorization), ("X-Forwarded-For", "203.0.113.9"))).ShouldBe(expected);
    }

    private static async Task<HttpStatusCode> StatusAsync(ConsoleApp console, params (string Name, string? Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, console.Address + "/metrics");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        foreach (var (name, value) in headers.Where(h => h.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, Ct);
        return answer.StatusCode;
    }

    [GeneratedRegex(
        """^(# (HELP|TYPE) [a-z_0-9]+ .*|[a-z_0-9]+(\{[a-z_0-9]+="([^"\\]|\\.)*"(,[a-z_0-9]+="([^"\\]|\\.)*")*\})? (NaN|[+-]Inf|[-+0-9.E]+))$"""
    )]
    private static partial Regex Line();
}

/// <summary>One that asks for a token, and one that does not.</summary>
public sealed class TwoConsoles : IAsyncLifetime
{
    public ConsoleApp WithoutToken { get; private set; } = null!;

    public ConsoleApp WithToken { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        WithoutToken = await ConsoleApp.StartAsync();
        WithToken = await ConsoleApp.StartAsync(("Metrics:Token", "the-right-one"));
    }

    public async ValueTask DisposeAsync()
    {
        await WithoutToken.DisposeAsync();
        await WithToken.DisposeAsync();
    }
}
