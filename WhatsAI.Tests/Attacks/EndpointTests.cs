using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace WhatsAI.Tests.Attacks;

/// <summary>What holds for every address of the running console, found in its own list of them, so that a new one is tried without being asked.</summary>
[Collection(typeof(AttackGroup))]
public sealed class EndpointTests(AttackedConsole attacked)
{
    /// <summary>What needs no session, each with what it asks for instead, or why it gives nothing away.</summary>
    private static readonly Dictionary<string, string> _open = new(StringComparer.Ordinal)
    {
        ["/health/live"] = "says that the process runs",
        ["/health/ready"] = "says whether it can work",
        ["/metrics"] = "a token, or this machine",
        ["/hooks/evolution/{route}/{**event}"] = "the webhook's secret",
        ["/language/{culture}"] = "a cookie of the visitor's own",
        ["/api/status/quick"] = "the company's key",
        ["/api/status/daily"] = "the company's key",
        ["/api/instances/pools/status"] = "the company's key",
        ["/sign-in"] = "here one signs in",
        ["/sign-out"] = "says nothing",
        ["/forgot-password"] = "says the same to everybody",
        ["/reset-password"] = "the link",
        ["/join"] = "the invitation's link",
        ["/set-up"] = "closed by the first user",
        ["/access-denied"] = "says nothing",
        ["/error"] = "says nothing",
        ["/not-found"] = "says nothing",
        ["/manifest.webmanifest"] = "says what the program is called and looks like",
        ["/offline"] = "says that the server does not answer",
    };

    /// <summary>What may be posted without a form's token, each with what keeps a foreign page from posting it.</summary>
    private static readonly Dictionary<string, string> _withoutToken = new(StringComparer.Ordinal)
    {
        ["/hooks/evolution/{route}/{**event}"] = "a header that no foreign page knows",
        ["/t/{slug}/voice"] = "the Origin is looked at",
        ["/_blazor"] = "the Origin is looked at",
        ["/_blazor/negotiate"] = "the Origin is looked at",
        ["/_blazor/disconnect/"] = "the Origin is looked at",
        ["/_blazor/initializers/"] = "says which scripts there are",
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Address_asks_for_a_session_or_is_named_as_open() =>
        Endpoints()
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(e => e.RoutePattern.RawText!)
            .Distinct()
            .Order()
            .ShouldBe(_open.Keys.Order());

    [Fact]
    public async Task Stranger_is_shown_nothing_but_what_is_open()
    {
        using var stranger = attacked.NewVisitor();
        foreach (var (pattern, path) in Paths(attacked.Theirs, attacked.Theirs).Where(p => !_open.ContainsKey(p.Pattern)))
        {
            using var answer = await stranger.GetAsync(path);

            answer.StatusCode.ShouldBeOneOf([
                HttpStatusCode.Found,
                HttpStatusCode.Unauthorized,
                HttpStatusCode.NotFound,
                HttpStatusCode.MethodNotAllowed,
            ]);
            if (answer.StatusCode == HttpStatusCode.Found)
            {
                answer.Headers.Location!.ToString().ShouldContain("/sign-in", customMessage: pattern);
            }
        }
    }

    [Fact]
    public async Task Every_address_of_another_company_is_not_found()
    {
        using var ana = await attacked.SignedInAsync();
        var tried = 0;
        foreach (
            var (pattern, path) in Paths(attacked.Theirs, attacked.Theirs).Where(p => p.Pattern.StartsWith("/t/", StringComparison.Ordinal))
        )
        {
            foreach (var asPage in new[] { true, false })
            {
                using var answer = await ana.GetAsync(path, asPage);
                // The bare address of a company only leads to its inbox.
                answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, pattern);
                await ShouldNotShowThemAsync(answer, pattern);
                tried++;
            }
        }

        tried.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Anothers_things_are_not_found_under_ones_own_address()
    {
        using var ana = await attacked.SignedInAsync();
        foreach (
            var (pattern, path) in Paths(attacked.Ours, attacked.Theirs)
                .Where(p => p.Pattern.StartsWith("/t/{slug}/", StringComparison.Ordinal))
        )
        {
            foreach (
                var query in new[]
                {
                    "",
                    $"?tenantId={attacked.Theirs.Tenant.Id}&tenant={attacked.Theirs.Tenant.Slug}&accountId=1&role=Owner",
                }
            )
            {
                using var answer = await ana.GetAsync(path + query);
                if (!IsPage(pattern) && Addresses.Parameters(pattern) > 1)
                {
                    answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, pattern);
                }

                await ShouldNotShowThemAsync(answer, pattern);
            }
        }

        // The same addresses with ones own things lead somewhere, or the test would prove nothing.
        using var own = await ana.GetAsync($"/t/{attacked.Ours.Tenant.Slug}/media/{attacked.Ours.File}");
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var form in new[] { "", "?as=html" })
        {
            using var transcript = await ana.GetAsync(
                $"/t/{attacked.Ours.Tenant.Slug}/inbox/{attacked.Ours.Conversation}/transcript{form}"
            );
            transcript.StatusCode.ShouldBe(HttpStatusCode.OK);
            transcript.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        }
    }

    [Fact]
    public void Whatever_can_be_posted_asks_for_a_forms_token() =>
        Endpoints()
            .Where(e => Methods(e) is [] || Methods(e).Except([HttpMethods.Get, HttpMethods.Head, HttpMethods.Options]).Any())
            .Where(e => e.Metadata.GetMetadata<IAntiforgeryMetadata>()?.RequiresValidation != true)
            .Select(e => e.RoutePattern.RawText!)
            .Distinct()
            .Except(_withoutToken.Keys)
            .ShouldBeEmpty();

    [Fact]
    public async Task Post_from_a_foreign_page_changes_nothing()
    {
        using var ana = await attacked.SignedInAsync();
        var session = ana.Cookies["console-session"]!.Value;
        foreach (var (pattern, path) in Paths(attacked.Ours, attacked.Ours).Where(p => IsPage(p.Pattern)))
        {
            foreach (var token in new[] { null, "CfDJ8forged" })
            {
                using var answer = await ana.PostAsync(path, "any", token, new Dictionary<string, string>(StringComparer.Ordinal));
                answer.StatusCode.ShouldBeOneOf([HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed]);
            }
        }

        ana.Cookies["console-session"]!.Value.ShouldBe(session);
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1.evil.example", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("own", HttpStatusCode.OK)]
    public async Task Circuit_is_opened_from_ones_own_pages_only(string? origin, HttpStatusCode expected)
    {
        using var ana = await attacked.SignedInAsync();
        foreach (
            var (path, upgrade) in new[]
            {
                ("/_blazor/negotiate?negotiateVersion=1", false),
                ("/_BLAZOR/negotiate?negotiateVersion=1", false),
                ("/_blazor?id=x", true),
            }
        )
        {
            using var request = new HttpRequestMessage(upgrade ? HttpMethod.Get : HttpMethod.Post, path);
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin == "own" ? attacked.Console.Address : origin);
            }

            if (upgrade)
            {
                request.Headers.Add("Connection", "Upgrade");
                request.Headers.Add("Upgrade", "websocket");
                request.Headers.Add("Sec-WebSocket-Version", "13");
                request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
            }

            using var answer = await ana.SendAsync(request);
            (answer.StatusCode == HttpStatusCode.Forbidden).ShouldBe(expected == HttpStatusCode.Forbidden, path);
            if (!upgrade)
            {
                answer.StatusCode.ShouldBe(expected, path);
            }
        }
    }

    private IReadOnlyList<RouteEndpoint> Endpoints() => Addresses.Endpoints(attacked.Console);

    private IEnumerable<(string Pattern, string Path)> Paths(Company slug, Company things) => Addresses.All(attacked.Console, slug, things);

    private bool IsPage(string pattern) => Addresses.IsPage(attacked.Console, pattern);

    private static IReadOnlyList<string> Methods(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];

    private async Task ShouldNotShowThemAsync(HttpResponseMessage answer, string pattern)
    {
        var text = await answer.Content.ReadAsStringAsync(Ct);
        new[] { "segredo de Casa", "Loja Casa", attacked.Theirs.Email, attacked.Theirs.Tenant.Id.ToString() }
            .Where(trace => text.Contains(trace, StringComparison.OrdinalIgnoreCase))
            .ShouldBeEmpty(pattern);
    }
}
