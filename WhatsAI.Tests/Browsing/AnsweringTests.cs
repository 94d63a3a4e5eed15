using System.Text.RegularExpressions;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>From the composer to the customer's phone, and what the bubble says on the way.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class AnsweringTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Answer_goes_out_once_and_its_tick_follows_it_to_read() =>
        await browser.RunAsync(async visit =>
        {
            var eva = world.NewCustomer("Eva");
            await world.WriteAsync(eva, "quanto custa o frete?");
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(eva);
            await world.Sandbox.Control.BehaveAsync(world.Shop.Name, new { receipts = false, slowMs = 1500 });
            try
            {
                await ana.SendAsync("É grátis acima de 100.");

                await Expect(ana.Tick("É grátis")).ToHaveTextAsync("schedule");
                await Expect(ana.Input).ToHaveValueAsync("");
                await Expect(ana.Tick("É grátis")).ToHaveTextAsync("check");
            }
            finally
            {
                await world.Sandbox.Control.BehaveAsync(world.Shop.Name, new { slowMs = 0 });
            }

            var sent = SendsTo(eva).Single();
            await world.Sandbox.Control.ReceiptAsync(world.Shop.Name, sent.Message!, "DELIVERY_ACK");
            await Expect(ana.Tick("É grátis")).ToHaveTextAsync("done_all");
            await Expect(ana.Tick("É grátis")).Not.ToHaveClassAsync(new Regex("read"));
            await world.Sandbox.Control.ReceiptAsync(world.Shop.Name, sent.Message!, "READ");
            await Expect(ana.Tick("É grátis")).ToHaveClassAsync(new Regex("read"));
            await world.Sandbox.Control.BehaveAsync(world.Shop.Name, new { receipts = true });
            // With the line that says who took the conversation.
            await Expect(ana.Messages).ToHaveCountAsync(3);
            SendsTo(eva).Select(s => s.Text).ShouldBe(["É grátis acima de 100."]);
        });

    [Fact]
    public async Task Second_enter_or_click_sends_nothing_twice() =>
        await browser.RunAsync(async visit =>
        {
            var fabio = world.NewCustomer("Fábio");
            await world.WriteAsync(fabio, "oi");
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(fabio);

            await ana.Input.FillAsync("por tecla");
            await Task.WhenAll(ana.Page.Keyboard.PressAsync("Enter"), ana.Page.Keyboard.PressAsync("Enter"));
            await ana.Input.FillAsync("por clique");
            await ana.Page.Locator("[data-send]").DblClickAsync();
            await ana.SendAsync("por último");

            // A conversation's messages leave in order: behind the last one nothing is on its way.
            await Wait.UntilAsync(() => SendsTo(fabio).Any(s => s.Text == "por último"), "the last message at the gateway", 30);
            SendsTo(fabio).Select(s => s.Text).ShouldBe(["por tecla", "por clique", "por último"]);
            await Expect(ana.Messages).ToHaveCountAsync(5);
        });

    [Fact]
    public async Task Gateway_that_is_down_makes_the_message_wait_in_sight_and_go_out_once_when_it_is_back()
    {
        var number = await world.LinkAsync("Oscilante", server: "Unsteady");
        await browser.RunAsync(async visit =>
        {
            var gil = world.NewCustomer("Gil");
            await world.WriteAsync(gil, "está aberto?", number);
            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(gil, number)}");
            await ana.ReadyAsync();
            world.Unsteady(open: false);
            try
            {
                await ana.SendAsync("até as 18 h");
                await Expect(ana.Tick("até as 18 h")).ToHaveTextAsync("schedule");
                await Expect(ana.Message("até as 18 h").Locator(".fail-line.wait")).ToContainTextAsync("gateway");
                world.Sandbox.Sends(number.Name).ShouldBeEmpty();
            }
            finally
            {
                world.Unsteady(open: true);
            }

            await Expect(ana.Tick("até as 18 h")).ToHaveTextAsync("done_all");
            await Expect(ana.Page.Locator(".fail-line")).ToHaveCountAsync(0);
            world.Sandbox.Sends(number.Name).Select(s => s.Text).ShouldBe(["até as 18 h"]);
        });
    }

    [Theory]
    [InlineData("pt-BR", "foi removido", "Continuar por outro número", "o número foi removido")]
    [InlineData("en", "was removed", "Go on through another number", "the number was removed")]
    public async Task Removed_number_leaves_the_conversation_to_be_read_and_the_way_to_go_on(
        string language,
        string gone,
        string on,
        string why
    )
    {
        var number = await world.LinkAsync("Antigo", server: "Unsteady");
        await browser.RunAsync(async visit =>
        {
            var ivo = world.NewCustomer("Ivo");
            await world.WriteAsync(ivo, "por aqui também");
            var there = await world.ConversationAsync(ivo);
            await world.WriteAsync(ivo, "oi", number);
            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(ivo, number)}", language);
            await ana.ReadyAsync();
            world.Unsteady(open: false);
            try
            {
                await ana.SendAsync("até já");
                await Expect(ana.Message("até já").Locator(".fail-line.wait")).ToBeVisibleAsync();
                await world.DeleteAsync(number);
            }
            finally
            {
                world.Unsteady(open: true);
            }

            var notice = ana.Page.Locator(".number-gone");
            await Expect(notice).ToContainTextAsync(gone);
            await Expect(ana.Input).ToHaveCountAsync(0);
            await Expect(ana.Message("até já").Locator(".fail-line")).ToContainTextAsync(why);
            await Expect(ana.Page.Locator(".fail-line button, .msg-tools")).ToHaveCountAsync(0);
            await ana.Page.ShouldBeAccessibleAsync();
            await notice.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = on }).ClickAsync();
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Locator("button.continue").Filter(new() { HasText = "Loja" }).ClickAsync();
            await Expect(ana.Page).ToHaveURLAsync(new Regex(there.ToString()));
            await Expect(ana.Input).ToBeVisibleAsync();
        });
    }

    private IEnumerable<SandboxLogLine> SendsTo(Customer customer) =>
        world.Sandbox.Sends(world.Shop.Name).Where(s => s.Number!.Contains(customer.Phone[^8..], StringComparison.Ordinal));
}
