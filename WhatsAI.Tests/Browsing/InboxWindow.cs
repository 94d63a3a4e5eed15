using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A signed-in person's window, in the words of the inbox.</summary>
internal sealed class InboxWindow(IPage page, ConsoleWorld world)
{
    public IPage Page => page;

    public ILocator Rows => page.Locator(".inbox-list a.cv");

    public ILocator Input => page.Locator("[data-input]");

    public ILocator Messages => page.Locator(".messages [data-mid]");

    public ILocator Row(Customer customer) => Rows.Filter(new LocatorFilterOptions { HasText = customer.Name });

    public ILocator Message(string text) => page.Locator(".messages .msg").Filter(new LocatorFilterOptions { HasText = text });

    /// <summary>The tick of our message, as the icon's name.</summary>
    public ILocator Tick(string text) => Message(text).Locator(".meta .icon");

    /// <summary>By its address, so that the pointer is not over the list.</summary>
    public async Task OpenAsync(Customer customer)
    {
        await page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/inbox/{await world.ConversationAsync(customer)}");
        await ReadyAsync();
    }

    public async Task ClickAsync(Customer customer)
    {
        await Row(customer).ClickAsync();
        await Expect(page.Locator(".thread-head")).ToContainTextAsync(customer.Name);
        await page.Mouse.MoveAsync(page.ViewportSize!.Width - 60, 10);
        await ReadyAsync();
    }

    /// <summary>The composer listens: its script gives the field a height when it is there.</summary>
    public Task ReadyAsync() => Expect(page.Locator("[data-input][style*=height]")).ToBeVisibleAsync();

    public async Task SendAsync(string text)
    {
        await Input.FillAsync(text);
        await Input.PressAsync("Enter");
    }

    public async Task ShouldNotHaveReloadedAsync() =>
        (await page.EvaluateAsync<bool>("window.notReloaded === true")).ShouldBeTrue("the page was loaded again");
}
