using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Npgsql;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Account;

/// <summary>Without the database nobody can be asked who he is; what is the matter is said all the same.</summary>
public sealed class AwayPageTests(Browser browser)
{
    private const string Email = "ana@aurora.example";
    private const string Password = "correct horse battery";

    [Fact]
    public async Task Page_asked_for_and_form_sent_without_the_database_say_so_and_lead_back()
    {
        var stamps = new Stamps();
        await using var console = await ConsoleApp.StartAsync(services => services.AddSingleton<ISecurityStampValidator>(stamps));
        await console.AddTenantAsync(Email, Password);
        await browser.RunAsync(
            async visit =>
            {
                var page = await visit.OpenAsync(console.Address);
                await page.GotoAsync("/sign-in?returnUrl=%2Fprofile");
                await page.Locator("[name='Form.Email']").FillAsync(Email);
                await page.Locator("[name='Form.Password']").FillAsync(Password);
                await page.Locator("form .btn-primary").ClickAsync();
                await page.WaitForURLAsync("**/profile");
                stamps.Away = true;

                await page.Locator("form .btn-primary").ClickAsync();
                await Assertions.Expect(page.Locator("main")).ToContainTextAsync("O banco de dados não responde");
                (await page.GotoAsync("/profile?saved=profile"))!.Status.ShouldBe(503);
                await page.ShouldBeAccessibleAsync();

                stamps.Away = false;
                await page.Locator("main .btn-primary").ClickAsync();
                await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Seu perfil");
            },
            error => error.Contains("503 (", StringComparison.Ordinal)
        );
    }

    private sealed class Stamps : ISecurityStampValidator
    {
        public bool Away { get; set; }

        public Task ValidateAsync(CookieValidatePrincipalContext context) => Away ? throw new NpgsqlException("away") : Task.CompletedTask;
    }
}
