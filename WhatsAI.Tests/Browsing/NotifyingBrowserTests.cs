using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>What the browser tells of while one looks elsewhere.</summary>
[Collection(typeof(HouseGroup))]
public sealed class NotifyingBrowserTests(Browser browser, ConsoleWorld world)
{
    // The worker itself is tried in OfflineTests; what it is asked to show is written down, by whichever window asks.
    private const string Recorded = """
        Object.defineProperty(Notification, 'permission', { get: () => localStorage.getItem('test-permission') ?? 'default' });
        Notification.requestPermission = async () => { localStorage.setItem('test-permission', 'granted'); return 'granted'; };
        Object.defineProperty(navigator.serviceWorker, 'getRegistration', { value: async () => ({
          active: {},
          getNotifications: async () => [],
          showNotification: async (title, options) => {
            localStorage.setItem('test-shown', JSON.stringify([...JSON.parse(localStorage.getItem('test-shown') ?? '[]'), { title, ...options }]));
          },
        }) });
        """;

    private const string Shown = "JSON.parse(localStorage.getItem('test-shown') ?? '[]').map((n) => `${n.title}: ${n.body}`)";

    [Fact]
    public async Task Message_is_told_of_once_by_one_of_two_windows_and_not_where_it_is_before_ones_eyes()
    {
        var (rita, saul) = (world.NewCustomer("Rita"), world.NewCustomer("Saul"));
        await world.WriteAsync(rita, "oi");
        var id = await world.ConversationAsync(rita);
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, "settings/notifications", before: page => page.Context.AddInitScriptAsync(Recorded));
            var page = ana.Page;
            var permission = page.Locator("[data-permission]");
            await Expect(permission).ToHaveAttributeAsync("data-permission", "default");
            await permission.Locator("[data-ask]").ClickAsync();
            await Expect(permission).ToHaveAttributeAsync("data-permission", "granted");
            await Expect(permission.Locator("[data-try]")).ToBeFocusedAsync();
            await permission.Locator("[data-try]").ClickAsync();
            await ShouldHaveShownAsync(page, "^Funciona: ");
            await page.Locator("[name=text]").CheckAsync();
            await page.Locator("[name=quiet]").CheckAsync();
            await page.ShouldBeAccessibleAsync();
            await page.Locator("[name=quiet]").UncheckAsync();
            await page.Locator(".card-foot .btn-primary").ClickAsync();
            await Expect(page.Locator(".toast")).ToContainTextAsync("foram salvas");

            // A second window of the same person: one of them tells, whichever.
            var second = await page.Context.NewPageAsync();
            await second.GotoAsync($"/t/{world.Shop.Tenant.Slug}/inbox/{id}");
            await Expect(second.Locator("[data-input][style*=height]")).ToBeVisibleAsync();

            await world.WriteAsync(saul, new SandboxWrite { Text = "quanto custa?" });
            await ShouldHaveShownAsync(page, $"^{saul.Name}: Sem dono · quanto custa\\?$");
            await second.BringToFrontAsync();
            await world.WriteAsync(rita, new SandboxWrite { Text = "está aí?" });
            await Expect(second.Locator(".messages .msg").Last).ToContainTextAsync("está aí?");
            // What was written after it has been told of: nothing of hers was.
            await world.WriteAsync(saul, new SandboxWrite { Text = "alô?", At = DateTimeOffset.UtcNow.AddSeconds(2).ToUnixTimeSeconds() });
            await ShouldHaveShownAsync(page, $"^{saul.Name}: Sem dono · 2 novas mensagens: alô\\?$");
            (await page.EvaluateAsync<string[]>(Shown)).Count(s => s.StartsWith("Rita", StringComparison.Ordinal)).ShouldBe(0);
            (await page.EvaluateAsync<string[]>(Shown)).Length.ShouldBe(3);
        });
    }

    [Fact]
    public async Task What_waits_for_me_stands_in_the_title_and_on_the_icon_until_it_is_read()
    {
        var company = await world.AddCompanyAsync("Distintivo");
        var number = await world.LinkAsync("Distintivo", company);
        var customer = world.NewCustomer("Noemi");
        await browser.RunAsync(async visit =>
        {
            var page = await visit.OpenAsync(world.Console.Address);
            await page.GotoAsync("/sign-in");
            await page.Locator("[name='Form.Email']").FillAsync("Distintivo@casa.example");
            await page.Locator("[name='Form.Password']").FillAsync(ConsoleWorld.Password);
            await page.Locator("form .btn-primary").ClickAsync();
            await page.WaitForURLAsync("**/t/**");
            await page.GotoAsync($"/t/{company.Slug}/numbers");
            await Expect(page).ToHaveTitleAsync(new Regex("^Números"));

            await world.WriteAsync(customer, "bom dia", number);

            await Expect(page).ToHaveTitleAsync(new Regex(@"^\(1\) Números"));
            await Expect(page.Locator("link[rel=icon]")).ToHaveAttributeAsync("href", new Regex("^data:image/svg"));
            await page.Locator(".app-rail a.nav[href$='/inbox']").ClickAsync();
            await Expect(page).ToHaveTitleAsync(new Regex(@"^\(1\) Conversas"));
            await page.Locator(".inbox-list a.cv").ClickAsync();
            await Expect(page).ToHaveTitleAsync(new Regex("^Conversas"));
            await Expect(page.Locator("link[rel=icon]")).ToHaveAttributeAsync("href", new Regex("favicon"));
        });
    }

    private static async Task ShouldHaveShownAsync(IPage page, string pattern) =>
        await Wait.UntilAsync(
            async () => (await page.EvaluateAsync<string[]>(Shown)).Any(s => Regex.IsMatch(s, pattern)),
            $"a notification like {pattern}"
        );
}
