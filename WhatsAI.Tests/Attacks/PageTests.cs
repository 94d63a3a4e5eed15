using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Attacks;

/// <summary>
/// Every page of the console as it is really drawn, in a browser: with another company's ids in its address, and while that company lives. A new page is
/// found by its route.
/// </summary>
[Collection(typeof(AttackGroup))]
public sealed class PageTests(Browser browser, AttackedConsole attacked)
{
    [Fact]
    public async Task No_page_shows_anything_of_another_company_at_first_or_live() =>
        await browser.RunAsync(
            async visit =>
            {
                var (page, witness) = (await SignedInAsync(visit), await SignedInAsync(visit));
                var seen = "";
                foreach (var (pattern, path) in Pages(attacked.Theirs))
                {
                    await OpenAsync(page, path);
                    await ShouldNotShowThemAsync(page, pattern);
                    await LiveAsync(witness);
                    await ShouldNotShowThemAsync(page, pattern + " live");
                }

                foreach (var (_, path) in Pages(attacked.Ours))
                {
                    await OpenAsync(page, path);
                    seen += await page.ContentAsync();
                }

                // Or the test would prove nothing.
                seen.ShouldContain("segredo de Aurora");
                seen.ShouldContain("Loja Aurora");
            },
            Missing
        );

    [Fact]
    public async Task Circuit_of_one_company_leads_to_no_page_of_another() =>
        await browser.RunAsync(
            async visit =>
            {
                var page = await SignedInAsync(visit);
                foreach (
                    var (pattern, path) in Addresses.All(attacked.Console, attacked.Theirs, attacked.Theirs).Where(p => IsPage(p.Pattern))
                )
                {
                    await OpenAsync(page, $"/t/{attacked.Ours.Tenant.Slug}/numbers");
                    await page.EvaluateAsync("path => { window.Blazor.navigateTo(path); }", path);
                    await Expect(page.Locator("body")).ToContainTextAsync("Nada por aqui");
                    await ShouldNotShowThemAsync(page, pattern);
                }
            },
            Missing
        );

    private static bool Missing(string error) => error.Contains("404", StringComparison.Ordinal);

    private IEnumerable<(string Pattern, string Path)> Pages(Company things) =>
        Addresses.All(attacked.Console, attacked.Ours, things).Where(p => IsPage(p.Pattern));

    private bool IsPage(string pattern) =>
        pattern.StartsWith("/t/{slug}/", StringComparison.Ordinal) && Addresses.IsPage(attacked.Console, pattern);

    private async Task<IPage> SignedInAsync(Visit visit)
    {
        var page = await visit.OpenAsync(attacked.Console.Address);
        await page.GotoAsync("/sign-in");
        await page.Locator("[name='Form.Email']").FillAsync(attacked.Ours.Email);
        await page.Locator("[name='Form.Password']").FillAsync(AttackedConsole.Password);
        await page.Locator("form .btn-primary").ClickAsync();
        await Expect(page.Locator(".inbox-list")).ToBeVisibleAsync();
        return page;
    }

    private static async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await Expect(page.Locator("#main")).ToBeVisibleAsync();
        await Expect(page.Locator(".sk, [aria-busy=true]")).ToHaveCountAsync(0);
    }

    /// <summary>Their customers write, everything of theirs changes, and by a mistake of ours even our own events name their things.</summary>
    private async Task LiveAsync(IPage witness)
    {
        using var gateway = attacked.NewVisitor();
        await AttackedConsole.PostAsync(gateway, attacked.Theirs, Hook.Text("segredo de Casa", Hook.NewId()).ToJsonString());
        var hub = attacked.Console.Services.GetRequiredService<EventHub>();
        foreach (var tenant in new[] { attacked.Theirs.Tenant.Id, attacked.Ours.Tenant.Id })
        {
            hub.Publish(ConsoleEvents.All().Select(kind => ConsoleEvents.Of(kind, tenant, IdOf)));
        }

        // Written after it all: once another window shows it, the events before it are through.
        var mark = Hook.NewId();
        await AttackedConsole.PostAsync(gateway, attacked.Ours, Hook.Text("segredo de Aurora " + mark, mark).ToJsonString());
        await Expect(witness.Locator(".inbox-list")).ToContainTextAsync(mark);
    }

    private object IdOf(Type id) =>
        id.Name switch
        {
            "ConversationId" => attacked.Theirs.Conversation,
            "InstanceId" => attacked.Theirs.Number,
            "UserId" => attacked.Theirs.Tenant.OwnerId,
            _ => ConsoleEvents.NewId(id),
        };

    private async Task ShouldNotShowThemAsync(IPage page, string pattern)
    {
        var html = await page.ContentAsync();
        new[] { "segredo de Casa", "Loja Casa", attacked.Theirs.Email, attacked.Theirs.Tenant.Id.ToString() }
            .Where(trace => html.Contains(trace, StringComparison.OrdinalIgnoreCase))
            .ShouldBeEmpty(pattern);
    }
}
