using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>The control page: both languages, nothing from outside unencoded, nothing postable by a foreign form.</summary>
public sealed class SandboxPageTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    [Theory]
    [InlineData("pt-BR,pt;q=0.9,en;q=0.5", "", "Um cliente escreve")]
    [InlineData("en-US,en;q=0.9", "", "A customer writes")]
    [InlineData("en-US", "?lang=pt-BR", "Um cliente escreve")]
    public async Task Page_speaks_the_language_that_is_asked_for(string accept, string query, string expected)
    {
        await AddAsync("page" + Math.Abs(HashCode.Combine(accept, query)));

        var html = await PageAsync("/" + query, accept);

        html.ShouldContain(WebUtility.HtmlEncode(expected));
        html.ShouldContain("_control/page.js");
    }

    [Fact]
    public async Task Names_from_outside_are_shown_as_text()
    {
        await AddAsync("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>");

        var html = await PageAsync("/_control", "en");
        var live = JsonDocument.Parse(await PageAsync("/_control/live", "en")).RootElement.GetProperty("parts");

        foreach (var text in live.EnumerateObject().Select(p => p.Value.GetString()!).Append(html))
        {
            text.ShouldNotContain("<script>alert");
            text.ShouldNotContain("<img src=x");
        }
    }

    [Fact]
    public async Task Form_of_a_foreign_page_is_refused()
    {
        using var http = new HttpClient { BaseAddress = sandbox.Address };
        using var body = new StringContent("{\"reach\":\"drop\"}", Encoding.UTF8, "text/plain");

        using var answer = await http.PostAsync("/_control/faults", body);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    private async Task AddAsync(string name, string? profile = null) =>
        await sandbox.Control.AddAsync(
            new SandboxNumber
            {
                Name = name,
                Token = name,
                ProfileName = profile,
            }
        );

    private async Task<string> PageAsync(string path, string language)
    {
        using var http = new HttpClient { BaseAddress = sandbox.Address };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        http.DefaultRequestHeaders.Add("Accept-Language", language);
        return await http.GetStringAsync(path);
    }
}
