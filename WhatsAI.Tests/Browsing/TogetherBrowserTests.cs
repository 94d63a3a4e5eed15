using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Two agents in one conversation: they see each other, and no customer gets two answers by mistake.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class TogetherBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Who_writes_into_a_colleagues_answer_is_asked_once()
    {
        var customer = world.NewCustomer("Vera");
        await world.WriteAsync(customer, "qual o prazo?");
        await browser.RunAsync(async visit =>
        {
            var place = $"inbox/{await world.ConversationAsync(customer)}";
            var ana = await world.OpenAsync(visit, place);
            await ana.ReadyAsync();
            var list = await world.OpenAsync(visit, "inbox", asAgent: true);
            await Expect(list.Row(customer)).ToContainTextAsync("Ana vendo");
            var bia = await world.OpenAsync(visit, place, asAgent: true);
            await bia.ReadyAsync();
            await Expect(bia.Page.Locator(".watchers")).ToContainTextAsync("Ana vendo agora");
            await Expect(ana.Page.Locator(".watchers")).ToContainTextAsync("Bia vendo agora");

            await ana.Input.PressSequentiallyAsync("três d");
            await Expect(bia.Page.Locator(".composer .collision")).ToContainTextAsync("Ana Ribeiro está respondendo");
            await Expect(list.Row(customer)).ToContainTextAsync("Ana digitando");
            await bia.Page.ShouldBeAccessibleAsync();
            // She goes on writing: whoever pauses too long while the page is looked over is no longer answering.
            await ana.Input.PressSequentiallyAsync("i");
            await bia.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Assumir" }).ClickAsync();
            await Expect(bia.Page.Locator(".composer .collision")).ToHaveCountAsync(0);
            await Expect(ana.Page.Locator(".composer .collision")).ToContainTextAsync("Bia Souza assumiu a resposta");

            await bia.SendAsync("três dias");
            await Expect(bia.Tick("três dias")).Not.ToHaveTextAsync("schedule");
            await ana.Input.PressSequentiallyAsync("as úteis");
            await ana.Page.Keyboard.PressAsync("Enter");
            var asked = ana.Page.Locator(".msg.asks");
            await Expect(asked).ToContainTextAsync("Bia Souza respondeu há");
            await Expect(asked.Locator("[data-choice=despite]")).ToBeFocusedAsync();
            await ana.Page.ShouldBeAccessibleAsync();
            await asked.Locator("[data-choice=back]").ClickAsync();
            await Expect(ana.Input).ToHaveValueAsync("três dias úteis");
            await Expect(asked).ToHaveCountAsync(0);

            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(asked.Locator("[data-choice=despite]")).ToBeFocusedAsync();
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(bia.Message("três dias úteis")).ToBeVisibleAsync();
            await Expect(asked).ToHaveCountAsync(0);
            await Expect(bia.Message("três dias úteis")).ToHaveCountAsync(1);
        });
    }
}
