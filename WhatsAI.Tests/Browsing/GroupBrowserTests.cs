using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A group is a conversation of its own, with everybody's name, in a list of its own.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class GroupBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Group_shows_who_says_what_and_is_answered_as_a_group()
    {
        var group = $"1203630{Random.Shared.NextInt64(10_000_000_000, 99_999_999_999)}@g.us";
        var (rui, sara) = (world.NewCustomer("Rui"), world.NewCustomer("Sara"));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await world.WriteAsync(
            rui,
            new SandboxWrite
            {
                Text = "chegou o pedido?",
                Group = group,
                At = now - 10,
            }
        );
        await world.WriteAsync(
            sara,
            new SandboxWrite
            {
                Text = "aqui sim",
                Group = group,
                At = now,
            }
        );
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, "inbox");
            await Expect(ana.Page.Locator(".inbox-list")).ToBeVisibleAsync();
            await Expect(ana.Page.Locator(".cv").Filter(new() { HasText = "aqui sim" })).ToHaveCountAsync(0);
            await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Mais filtros" }).ClickAsync();
            await ana.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = "Grupos" }).ClickAsync();
            await ana.Page.Locator(".cv").Filter(new() { HasText = "aqui sim" }).ClickAsync();
            await ana.ReadyAsync();

            await Expect(ana.Message("chegou o pedido?")).ToContainTextAsync(rui.Name);
            await Expect(ana.Message("aqui sim")).ToContainTextAsync(sara.Name);
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.SendAsync("que bom");
            await Expect(ana.Tick("que bom")).Not.ToHaveTextAsync("schedule");
            world
                .Sandbox.Sends(world.Shop.Name)
                .Where(s => s.Text == "que bom")
                .ShouldHaveSingleItem()
                .Number.ShouldBe(group.Split('@')[0]);
        });
    }
}
