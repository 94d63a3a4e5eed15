using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Common;

public sealed class CulturesTests
{
    [Theory]
    [InlineData("pt", "pt-BR")]
    [InlineData("pt-PT", "pt-BR")]
    [InlineData("en-GB", "en")]
    [InlineData("fr", null)]
    [InlineData(null, null)]
    public void Relatives_of_a_language_are_that_language(string? asked, string? expected) => Cultures.Supported(asked).ShouldBe(expected);

    [Theory]
    [InlineData("fr-FR, en;q=0.4, pt-PT;q=0.8", null, null, "pt-BR")]
    [InlineData("en-US,en;q=0.9", null, null, "en")]
    [InlineData("pt;q=0, en", null, null, "en")]
    [InlineData("en", "pt-BR", null, "pt-BR")]
    [InlineData("pt", "pt-BR", "c=en|uic=en", "en")]
    [InlineData("fr", null, "c=xx|uic=xx", null)]
    public async Task Cookie_wins_over_profile_over_browser(string header, string? profile, string? cookie, string? expected)
    {
        var options = new RequestLocalizationOptions();
        Cultures.Configure(options);
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptLanguage = header;
        if (profile is not null)
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(Cultures.Claim, profile)]));
        }

        if (cookie is not null)
        {
            context.Request.Headers.Cookie = $".AspNetCore.Culture={Uri.EscapeDataString(cookie)}";
        }

        string? chosen = null;
        foreach (var provider in options.RequestCultureProviders)
        {
            var name = (await provider.DetermineProviderCultureResult(context))?.UICultures[0].Value;
            chosen ??= options.SupportedUICultures!.Any(c => c.Name == name) ? name : null;
        }

        chosen.ShouldBe(expected);
    }

    [Theory]
    [InlineData("/t/aurora/inbox?q=a", "/t/aurora/inbox?q=a")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Return_address_stays_within_the_site(string? url, string expected) => LocalUrl.OrHome(url).ShouldBe(expected);
}
