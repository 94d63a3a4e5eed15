using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>What an operator does about what failed, by keyboard and by mouse.</summary>
[Collection(typeof(HouseGroup))]
public sealed class HealthTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Failed_event_is_processed_again_and_leaves_the_page_by_itself() =>
        await browser.RunAsync(async visit =>
        {
            var gil = world.NewCustomer("Gil");
            await world.WriteAsync(gil, "chegou?");
            var conversation = await world.ConversationAsync(gil);
            // As it is left by a translator that broke: the message is not there, its event is.
            await world.ChangeAsync(
                """
                WITH gone AS (DELETE FROM messages WHERE conversation_id = $1 RETURNING provider_id)
                UPDATE journal j SET problem = 'failed' FROM gone WHERE position(convert_to(gone.provider_id, 'UTF8') IN j.body) > 0
                """,
                conversation.Value
            );
            var ana = await world.OpenAsync(visit, "settings/health");
            var events = Section(ana.Page, "events-title");
            await Expect(events.Locator("tbody tr")).ToHaveCountAsync(1);
            await Expect(events).ToContainTextAsync("messages.upsert");

            await events.Locator("tbody button").FocusAsync();
            await ana.Page.Keyboard.PressAsync("Enter");

            await Expect(events).ToContainTextAsync("Todos os eventos foram processados.");
            await Expect(events.Locator("h2")).ToBeFocusedAsync();
            await ana.OpenAsync(gil);
            await Expect(ana.Message("chegou?")).ToBeVisibleAsync();
        });

    [Fact]
    public async Task Message_in_doubt_leads_to_its_conversation_and_is_sent_again_once_after_a_question() =>
        await browser.RunAsync(async visit =>
        {
            var hugo = world.NewCustomer("Hugo");
            await world.WriteAsync(hugo, "oi");
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(hugo);
            await ana.SendAsync("segue o boleto");
            await Expect(ana.Tick("segue o boleto")).ToHaveTextAsync("done_all");
            // As an answer that never came leaves it.
            await world.ChangeAsync(
                "UPDATE messages SET delivery = 'Unconfirmed', provider_id = NULL WHERE conversation_id = $1 AND origin = 'Agent'",
                (await world.ConversationAsync(hugo)).Value
            );
            await ana.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/settings/health");
            var row = Section(ana.Page, "doubts-title").Locator("tr", new LocatorLocatorOptions { HasText = hugo.Name });
            await Expect(row.Locator("a"))
                .ToHaveAttributeAsync("href", $"/t/{world.Shop.Tenant.Slug}/inbox/{await world.ConversationAsync(hugo)}");
            await ana.Page.SetViewportSizeAsync(390, 844);
            (await ana.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0);
            await ana.Page.ShouldBeAccessibleAsync();

            await row.Locator("button").ClickAsync();
            await Expect(ana.Page.Locator("dialog[open]")).ToContainTextAsync(hugo.Name);
            await ana.Page.Locator("dialog[open] .btn-primary, dialog[open] .btn-danger").ClickAsync();

            await Expect(row).ToContainTextAsync("Enviada de novo");
            await Expect(row.Locator("button")).ToHaveCountAsync(0);
            await Wait.UntilAsync(
                () => world.Sandbox.Sends(world.Shop.Name).Count(s => s.Number!.Contains(hugo.Phone[^8..], StringComparison.Ordinal)) == 2,
                "the repetition at the gateway",
                30
            );
        });

    [Fact]
    public async Task Agent_is_not_shown_it() =>
        await browser.RunAsync(async visit =>
        {
            var bia = await world.OpenAsync(visit, "settings/health", asAgent: true);

            await Expect(bia.Page.Locator("#main")).ToContainTextAsync("Seu papel não abre esta página");
            await Expect(bia.Page.Locator("#system-title")).ToHaveCountAsync(0);
        });

    private static ILocator Section(IPage page, string title) =>
        page.Locator("section", new PageLocatorOptions { Has = page.Locator($"#{title}") });
}
