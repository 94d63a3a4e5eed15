using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

[Collection(typeof(BrowsingGroup))]
public sealed class NarrowTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task On_a_phone_the_list_leads_to_the_thread_and_back() =>
        await browser.RunAsync(async visit =>
        {
            var vera = world.NewCustomer("Vera Lúcia Santos");
            await world.WriteAsync(vera, "pelo celular");
            var ana = await world.OpenAsync(visit, "inbox", width: 390);
            var (list, thread) = (ana.Page.Locator(".inbox-list"), ana.Page.Locator(".thread"));
            await Expect(list).ToBeVisibleAsync();
            await Expect(thread).ToBeHiddenAsync();

            await ana.ClickAsync(vera);

            await Expect(ana.Message("pelo celular")).ToBeVisibleAsync();
            await Expect(list).ToBeHiddenAsync();
            (
                await ana.Page.EvaluateAsync<int>(
                    "(() => { const name = document.querySelector('.thread-head h1'); return name.scrollWidth - name.clientWidth; })()"
                )
            ).ShouldBe(0, "the name is cut");
            await ana.Page.Locator(".thread-head .priority-button").ClickAsync();
            await ana.Page.Locator(".thread-head [role=menuitem]", new() { HasText = "Contato" }).ClickAsync();
            await Expect(ana.Page.Locator("dialog.drawer")).ToContainTextAsync(vera.Name);
            await ana.Page.Keyboard.PressAsync("Escape");
            await Expect(ana.Page.Locator("dialog.drawer")).ToHaveCountAsync(0);
            await ana.SendAsync("certo");
            await Expect(ana.Tick("certo")).Not.ToHaveTextAsync("schedule");
            await ana.Page.Locator(".thread-head .back").ClickAsync();
            await Expect(list).ToBeVisibleAsync();
            await Expect(thread).ToBeHiddenAsync();
            await Expect(ana.Row(vera)).ToContainTextAsync("certo");

            // The row of tabs is wider than the phone; the page's own can be seen.
            await ana.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/settings/health");
            await Expect(ana.Page.Locator(".tabs [aria-current=page]")).ToBeInViewportAsync(new() { Ratio = 0.9f });
        });
}
