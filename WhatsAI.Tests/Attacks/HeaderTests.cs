using System.Net;
using System.Text.RegularExpressions;

namespace WhatsAI.Tests.Attacks;

/// <summary>What every answer forbids the browser, whoever asks for whatever.</summary>
[Collection(typeof(AttackGroup))]
public sealed partial class HeaderTests(AttackedConsole attacked)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_answer_forbids_foreign_and_inline_scripts()
    {
        using var ana = await attacked.SignedInAsync();
        using var stranger = attacked.NewVisitor();
        string[] more =
        [
            "/css/app.css",
            "/js/boot.js",
            "/favicon.svg",
            "/_framework/blazor.web.js",
            "/_content/Radzen.Blazor/Radzen.Blazor.js",
            "/no-such-page",
            "/t/no-such-company/inbox",
            "/language/xx",
            $"/t/{attacked.Ours.Tenant.Slug}/media/{attacked.Ours.File}",
            $"/t/{attacked.Ours.Tenant.Slug}/media/{attacked.Ours.File}?download=1",
        ];
        foreach (var path in Addresses.All(attacked.Console, attacked.Ours, attacked.Ours).Select(a => a.Path).Concat(more).Distinct())
        {
            foreach (var visitor in new[] { ana, stranger })
            {
                using var answer = await visitor.GetAsync(path);
                await ShouldBeStrictAsync(answer, path);
            }
        }
    }

    [Fact]
    public async Task Refused_and_broken_requests_are_answered_as_strictly()
    {
        using var stranger = attacked.NewVisitor();
        using var wrong = new HttpRequestMessage(HttpMethod.Post, "/hooks/evolution/" + attacked.Theirs.Route);
        using var unauthorized = await stranger.SendAsync(wrong);
        unauthorized.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await ShouldBeStrictAsync(unauthorized, "401");
        using var forged = await stranger.PostAsync(
            "/sign-in",
            "sign-in",
            "forged",
            new Dictionary<string, string>(StringComparer.Ordinal)
        );
        forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await ShouldBeStrictAsync(forged, "400");
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate");
        foreign.Headers.Add("Origin", "https://evil.example");
        using var forbidden = await stranger.SendAsync(foreign);
        await ShouldBeStrictAsync(forbidden, "403");
    }

    private static async Task ShouldBeStrictAsync(HttpResponseMessage answer, string path)
    {
        var policy = answer.Headers.TryGetValues("Content-Security-Policy", out var values) ? string.Join(';', values) : "";
        var scripts = Directive(policy, "script-src") ?? Directive(policy, "default-src");
        scripts.ShouldNotBeNull($"{path}: {(int)answer.StatusCode} without a policy");
        scripts.Split(' ').Except(["'self'", "'none'"]).ShouldBeEmpty(path);
        (Directive(policy, "frame-ancestors") is "'none'" || policy.StartsWith("sandbox", StringComparison.Ordinal)).ShouldBeTrue(path);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], path);
        answer.Headers.Contains("Server").ShouldBeFalse(path);
        if (answer.Content.Headers.ContentType?.MediaType == "text/html")
        {
            var html = await answer.Content.ReadAsStringAsync(Ct);
            InlineScript().Matches(html).Select(m => m.Value).ShouldBeEmpty(path);
        }
    }

    private static string? Directive(string policy, string name) =>
        policy
            .Split(';', StringSplitOptions.TrimEntries)
            .FirstOrDefault(d => d.StartsWith(name + " ", StringComparison.Ordinal))
            ?[(name.Length + 1)..];

    // A script with a body, an event handler's attribute, an address that is a script, a style element.
    [GeneratedRegex(@"<script(?![^>]*\bsrc=)[^>]*>|<[a-z][^>]*\son[a-z]+\s*=|=\s*""?javascript:|<style[\s>]", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();
}
