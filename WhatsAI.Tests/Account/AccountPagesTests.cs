using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Account;

/// <summary>What a person meets before he is in the console.</summary>
public sealed class AccountPagesTests(Browser browser) : IAsyncLifetime
{
    private const string Email = "ana@aurora.example";
    private const string Password = "correct horse battery";
    private const string Public = "http://console.example";
    private ConsoleApp _console = null!;

    public async ValueTask InitializeAsync() => _console = await ConsoleApp.StartAsync(("Site:PublicAddress", Public));

    [Theory]
    [InlineData("pt-BR", "Boas-vindas")]
    [InlineData("en", "Welcome")]
    public async Task First_start_makes_owner_and_company_and_then_closes(string language, string welcome) =>
        await browser.RunAsync(async visit =>
        {
            var page = await visit.OpenAsync(_console.Address, language);
            await page.GotoAsync("/");
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync(welcome);
            await page.ShouldBeAccessibleAsync();
            await page.Locator("[name='Form.Company']").FillAsync("Distribuidora Aurora");
            await page.Locator("[name='Form.Name']").FillAsync("Ana Ribeiro");
            await page.Locator("[name='Form.Email']").FillAsync(Email);
            await page.Locator("[name='Form.Password']").FillAsync("short");
            await page.Locator("form .btn-primary").ClickAsync();
            await Assertions.Expect(page.Locator(".why")).ToContainTextAsync("10");
            await page.Locator("[name='Form.Password']").FillAsync(Password);
            await page.Locator("form .btn-primary").ClickAsync();

            await page.WaitForURLAsync("**/t/distribuidora-aurora/**");
            var stranger = await visit.OpenAsync(_console.Address, language);
            await stranger.GotoAsync("/set-up");
            await stranger.WaitForURLAsync("**/sign-in");
        });

    [Theory]
    [InlineData("pt-BR", "bloqueada por 15 minutos")]
    [InlineData("en", "locked for 15 minutes")]
    public async Task Guessing_locks_known_and_unknown_addresses_alike(string language, string sentence)
    {
        await _console.AddTenantAsync(Email, Password);
        await browser.RunAsync(async visit =>
        {
            foreach (var address in new[] { Email, "nobody@aurora.example" })
            {
                var page = await visit.OpenAsync(_console.Address, language);
                for (var i = 0; i < 5; i++)
                {
                    await SignInAsync(page, address, "wrong wrong wrong");
                }

                await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(sentence);
                await SignInAsync(page, address, Password);
                await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(sentence);
            }
        });
    }

    [Theory]
    [InlineData("pt-BR")]
    [InlineData("en")]
    public async Task Password_is_reset_by_a_link_that_works_once(string language)
    {
        await _console.AddTenantAsync(Email, Password);
        await browser.RunAsync(async visit =>
        {
            var page = await visit.OpenAsync(_console.Address, language, 390, 844, ColorScheme.Dark);
            await page.GotoAsync("/forgot-password");
            await page.ShouldBeAccessibleAsync();
            await page.Locator("[name='Form.Email']").FillAsync("nobody@aurora.example");
            await page.Locator("form .btn-primary").ClickAsync();
            var said = await page.Locator("[role=status]").InnerTextAsync();
            await page.GotoAsync("/forgot-password");
            await page.Locator("[name='Form.Email']").FillAsync(Email);
            await page.Locator("form .btn-primary").ClickAsync();
            (await page.Locator("[role=status]").InnerTextAsync()).ShouldBe(said);

            var link = (await LinkAsync()).Replace(Public, _console.Address, StringComparison.Ordinal);
            await SetPasswordAsync(page, link, "another horse entirely");
            await page.WaitForURLAsync("**/sign-in?said=reset");
            await SetPasswordAsync(page, link, "a third horse comes");
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            await SignInAsync(page, Email, Password);
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            await SignInAsync(page, Email, "another horse entirely");
            await page.WaitForURLAsync("**/t/aurora/**");
        });
    }

    [Fact]
    public async Task Without_a_public_address_the_page_says_the_same_and_no_link_goes_out()
    {
        await using var console = await ConsoleApp.StartAsync();
        await console.AddTenantAsync(Email, Password);
        await browser.RunAsync(async visit =>
        {
            var page = await visit.OpenAsync(console.Address, "en");
            await page.GotoAsync("/forgot-password");
            await page.Locator("[name='Form.Email']").FillAsync(Email);
            await page.Locator("form .btn-primary").ClickAsync();
            await Assertions.Expect(page.Locator("[role=status]")).ToBeVisibleAsync();
        });

        // Mails go out in order: one that came before would lie beside this one.
        console.Services.GetRequiredService<MailOutbox>().Send(new Mail("rui@casa.example", "after", "after"));
        (await MailAsync(console)).ShouldContain("after");
    }

    [Fact]
    public async Task Sign_in_opens_ones_own_company_and_no_other()
    {
        await _console.AddTenantAsync(Email, Password);
        var other = await _console.AddTenantAsync("rui@casa.example", Password, "Casa");
        await browser.RunAsync(
            async visit =>
            {
                var page = await visit.OpenAsync(_console.Address);
                await page.GotoAsync("/t/aurora/settings");
                await page.ShouldBeAccessibleAsync();
                await FillSignInAsync(page, Email, Password);
                await page.WaitForURLAsync("**/t/aurora/settings");
                await Assertions.Expect(page.Locator("#name")).ToHaveValueAsync("Aurora");
                await page.ShouldBeAccessibleAsync();
                var foreign = await page.GotoAsync($"/t/{other.Slug}/settings");
                foreign!.Status.ShouldBe(404);
                (await page.GotoAsync("/t/no-such-company/settings"))!.Status.ShouldBe(404);
                await page.GotoAsync("/profile");
                await Assertions.Expect(page.Locator("[name='Form.Name']")).ToHaveValueAsync("Ana Ribeiro");
                await page.ShouldBeAccessibleAsync();
                await page.GotoAsync("/sign-out");
                await page.Locator("form .btn-primary").ClickAsync();
                await page.WaitForURLAsync("**/sign-in");
                await page.GotoAsync("/t/aurora/settings");
                await page.WaitForURLAsync("**/sign-in?**");
            },
            error => error.Contains("404", StringComparison.Ordinal) && error.Contains("/settings", StringComparison.Ordinal)
        );
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    private static async Task SignInAsync(IPage page, string email, string password)
    {
        await page.GotoAsync("/sign-in");
        await FillSignInAsync(page, email, password);
    }

    private static async Task FillSignInAsync(IPage page, string email, string password)
    {
        await page.Locator("[name='Form.Email']").FillAsync(email);
        await page.Locator("[name='Form.Password']").FillAsync(password);
        await page.Locator("form .btn-primary").ClickAsync();
    }

    private static async Task SetPasswordAsync(IPage page, string link, string password)
    {
        await page.GotoAsync(link);
        await page.Locator("[name='Form.Password']").FillAsync(password);
        await page.Locator("[name='Form.Again']").FillAsync(password);
        await page.Locator("form .btn-primary").ClickAsync();
    }

    private static string[] Mails(ConsoleApp console) =>
        Directory.Exists(console.MailFolder) ? Directory.GetFiles(console.MailFolder, "*.eml") : [];

    /// <summary>The only one, once it is written to its end: the file is there before its words are.</summary>
    private static async Task<string> MailAsync(ConsoleApp console)
    {
        var text = "";
        await Wait.UntilAsync(
            async () =>
                Mails(console) is [_, ..]
                && (text = await File.ReadAllTextAsync(Mails(console).ShouldHaveSingleItem(), TestContext.Current.CancellationToken)).Length
                    > 0,
            "a mail"
        );
        return text;
    }

    private async Task<string> LinkAsync()
    {
        var text = await MailAsync(_console);
        var body = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var plain = text.Contains("base64", StringComparison.OrdinalIgnoreCase)
            ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body.ReplaceLineEndings("").Trim()))
            : Regex.Replace(
                body.Replace("=\r\n", "", StringComparison.Ordinal),
                "=([0-9A-F]{2})",
                m => ((char)Convert.ToByte(m.Groups[1].Value, 16)).ToString()
            );
        return Regex.Match(plain, @"http://\S+/reset-password\S+").Value;
    }
}
