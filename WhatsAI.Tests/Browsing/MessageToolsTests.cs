using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Reacting, editing and deleting: the menus that all messages of a thread share.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class MessageToolsTests(Browser browser, ConsoleWorld world)
{
    [Theory]
    [InlineData("pt-BR", "Reagir", "Reagir com 🙏")]
    [InlineData("en", "React", "React with 🙏")]
    public async Task Reaction_is_given_and_taken_back_by_keys(string language, string react, string with) =>
        await browser.RunAsync(async visit =>
        {
            var lia = world.NewCustomer("Lia");
            await world.WriteAsync(lia, "chegou bem");
            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(lia)}", language);
            await ana.ReadyAsync();
            var message = ana.Message("chegou bem");
            var button = message.GetByRole(AriaRole.Button, new() { Name = react });
            var menu = ana.Page.GetByRole(AriaRole.Menu, new() { Name = react });
            var thanks = menu.GetByRole(AriaRole.Menuitemradio, new() { Name = with });
            var keys = ana.Page.Keyboard;

            await button.FocusAsync();
            await Expect(button).ToHaveAttributeAsync("aria-expanded", "false");
            await keys.PressAsync("Enter");
            await Expect(button).ToHaveAttributeAsync("aria-expanded", "true");
            await Expect(menu.GetByRole(AriaRole.Menuitemradio).First).ToBeFocusedAsync();
            await ana.Page.ShouldBeAccessibleAsync();
            await keys.PressAsync("Escape");
            await Expect(menu).ToBeHiddenAsync();
            await Expect(button).ToBeFocusedAsync();
            await Expect(button).ToHaveAttributeAsync("aria-expanded", "false");

            await keys.PressAsync("Enter");
            await Expect(menu.GetByRole(AriaRole.Menuitemradio).First).ToBeFocusedAsync();
            await keys.PressAsync("ArrowLeft");
            await Expect(thanks).ToBeFocusedAsync();
            await keys.PressAsync("Enter");
            await Expect(message.Locator(".react")).ToContainTextAsync("🙏");
            await Expect(button).ToBeFocusedAsync();

            await keys.PressAsync("Enter");
            await Expect(thanks).ToBeFocusedAsync();
            await Expect(menu.Locator("[aria-checked=true]")).ToHaveCountAsync(1);
            await keys.PressAsync("Enter");
            await Expect(message.Locator(".react")).ToHaveCountAsync(0);
        });

    [Fact]
    public async Task Menu_goes_with_a_click_from_one_message_to_the_next() =>
        await browser.RunAsync(async visit =>
        {
            var nina = world.NewCustomer("Nina");
            // So far apart that the one's menu, above it or below, does not lie over the other.
            // A second each: within one they have no order.
            var at = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 10;
            foreach (var text in (string[])["primeira", "um", "dois", "três", "segunda"])
            {
                await world.WriteAsync(nina, new SandboxWrite { Text = text, At = at++ });
            }

            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(nina);
            var (upper, lower) = (Opener(ana.Message("primeira")), Opener(ana.Message("segunda")));
            var menu = ana.Page.Locator("#message-react");

            await lower.ClickAsync();
            await Expect(menu.Locator("button").First).ToBeFocusedAsync();
            await ShouldBeAtAsync(menu, lower);
            await upper.ClickAsync();
            await Expect(upper).ToHaveAttributeAsync("aria-expanded", "true");
            await Expect(lower).ToHaveAttributeAsync("aria-expanded", "false");
            await Expect(menu.Locator("button").First).ToBeFocusedAsync();
            await ShouldBeAtAsync(menu, upper);
            await menu.Locator("button").First.ClickAsync();

            await Expect(ana.Message("primeira").Locator(".react")).ToContainTextAsync("👍");
            await Expect(ana.Message("segunda").Locator(".react")).ToHaveCountAsync(0);
            await upper.ClickAsync();
            await Expect(menu).ToBeVisibleAsync();
            await world.WriteAsync(nina, "terceira");
            await Expect(ana.Message("terceira")).ToBeVisibleAsync();
            await ShouldBeAtAsync(menu, upper);
            await upper.ClickAsync();
            await Expect(menu).ToBeHiddenAsync();
        });

    [Fact]
    public async Task Own_message_is_edited_and_deleted_and_an_old_one_only_deleted() =>
        await browser.RunAsync(async visit =>
        {
            var otto = world.NewCustomer("Otto");
            await world.WriteAsync(otto, "qual o prazo?");
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(otto);
            await ana.SendAsync("três dias");
            await Expect(ana.Tick("três dias")).Not.ToHaveTextAsync("schedule");
            var more = ana.Page.Locator("#message-more");

            await Expect(ana.Message("qual o prazo?").Locator("[popovertarget=message-more]")).ToHaveCountAsync(0);
            await ana.Input.FillAsync("rascunho");
            await ana.Message("três dias").Locator("[popovertarget=message-more]").ClickAsync();
            await Expect(more.GetByRole(AriaRole.Menuitem)).ToHaveTextAsync(["editEditar", "deleteApagar para todos"]);
            await more.Locator("[data-do=edit]").ClickAsync();
            await Expect(ana.Input).ToHaveValueAsync("três dias");
            await Expect(ana.Input).ToBeFocusedAsync();
            await ana.SendAsync("dois dias");
            await Expect(ana.Input).ToHaveValueAsync("rascunho");
            // The second of two Enters is no wish to send the draft that came back.
            await ana.Input.PressAsync("Enter");
            await Expect(ana.Message("dois dias").Locator(".meta")).ToContainTextAsync("editada");
            await Expect(ana.Input).ToHaveValueAsync("rascunho");
            await ana.SendAsync("rascunho pronto");
            await Expect(ana.Message("rascunho pronto")).ToHaveCountAsync(1);

            await world.ChangeAsync(
                "UPDATE messages SET sent_at = sent_at - interval '20 minutes' WHERE text = 'dois dias' AND conversation_id = $1",
                (await world.ConversationAsync(otto)).Value
            );
            await ana.OpenAsync(otto);
            await ana.Message("dois dias").Locator("[popovertarget=message-more]").ClickAsync();
            await Expect(more.GetByRole(AriaRole.Menuitem)).ToHaveTextAsync(["deleteApagar para todos"]);
            await Expect(more.Locator("[data-do=delete]")).ToBeFocusedAsync();
            await ana.Page.Keyboard.PressAsync("Enter");
            await ana.Page.GetByRole(AriaRole.Dialog).Locator(".btn-danger").ClickAsync();
            await Expect(ana.Messages.Locator(".gone")).ToHaveCountAsync(1);
            await Expect(ana.Message("dois dias")).ToHaveCountAsync(0);
        });

    [Fact]
    public async Task Message_of_another_thread_named_by_a_forged_page_is_left_alone() =>
        await browser.RunAsync(async visit =>
        {
            var (here, there) = (world.NewCustomer("Pia"), world.NewCustomer("Quim"));
            await world.WriteAsync(here, "aqui");
            await world.WriteAsync(there, "ali");
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(there);
            var foreign = await ana.Message("ali").GetAttributeAsync("data-mid");
            await ana.OpenAsync(here);
            var message = ana.Message("aqui");
            var own = await message.GetAttributeAsync("data-mid");

            foreach (var id in new[] { foreign, "garbage", own })
            {
                await message.EvaluateAsync("(el, id) => { el.dataset.mid = id; }", id);
                await Opener(message).ClickAsync();
                await ana.Page.Locator("#message-react button").First.ClickAsync();
                await Expect(ana.Page.Locator("#message-react")).ToBeHiddenAsync();
            }

            // In their order: the last one is done when it shows.
            await Expect(message.Locator(".react")).ToContainTextAsync("👍");
            await ana.OpenAsync(there);
            await Expect(ana.Message("ali").Locator(".react")).ToHaveCountAsync(0);
        });

    // Right below its button, or right above it, in the next frame at the latest.
    private static Task ShouldBeAtAsync(ILocator menu, ILocator button) =>
        Wait.UntilAsync(
            async () =>
            {
                var (box, at) = ((await menu.BoundingBoxAsync())!, (await button.BoundingBoxAsync())!);
                return Math.Min(Math.Abs(box.Y - at.Y - at.Height - 4), Math.Abs(box.Y + box.Height + 4 - at.Y)) < 1;
            },
            "the menu at its button",
            5
        );

    private static ILocator Opener(ILocator message) => message.Locator("[popovertarget=message-react]");
}
