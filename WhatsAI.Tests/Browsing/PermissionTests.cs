using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Doors that stay shut, tried by their address.</summary>
[Collection(typeof(HouseGroup))]
public sealed class PermissionTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Agent_sees_neither_settings_nor_gateways_nor_what_manages_a_number() =>
        await browser.RunAsync(async visit =>
        {
            var bia = await world.OpenAsync(visit, "settings/gateways", asAgent: true);
            await Expect(bia.Page.Locator("#main")).ToContainTextAsync("Seu papel não abre esta página");
            await Expect(bia.Page.Locator("#main")).Not.ToContainTextAsync(world.Sandbox.Address.Authority);
            await Expect(bia.Page.Locator(".app-rail a[href$='/numbers']")).ToHaveCountAsync(1);
            await Expect(bia.Page.Locator("a[href$='/settings']")).ToHaveCountAsync(0);
            await bia.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/settings");
            await Expect(bia.Page.Locator("#main")).ToContainTextAsync("Seu papel não abre esta página");
            await Expect(bia.Page.Locator("#name")).ToHaveCountAsync(0);
            await bia.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/settings/members");
            await Expect(bia.Page.Locator("#main")).ToContainTextAsync("Seu papel não abre esta página");
            await Expect(bia.Page.Locator("#main")).Not.ToContainTextAsync("ana@aurora.example");

            await bia.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/numbers/{world.Shop.Id}");
            await Expect(bia.Page.Locator("h1")).ToHaveTextAsync("Loja");
            await Expect(bia.Page.Locator(".btn-danger, #events-title")).ToHaveCountAsync(0);
            await bia.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/numbers");
            await Expect(bia.Page.Locator(".wall article").First).ToBeVisibleAsync();
            await Expect(bia.Page.Locator(".page-head .btn-primary")).ToHaveCountAsync(0);
        });

    [Fact]
    public async Task Another_companys_conversation_and_number_are_nowhere()
    {
        var casa = await world.LinkAsync("Segredo", await world.AddCompanyAsync("casa"));
        var zeca = world.NewCustomer("Zeca");
        await world.WriteAsync(zeca, "só para a outra empresa", casa);
        var foreign = await world.ConversationAsync(zeca, casa);
        await browser.RunAsync(
            async visit =>
            {
                var ana = await world.OpenAsync(visit, "inbox");
                (await ana.Page.GotoAsync($"/t/{casa.Tenant.Slug}/inbox/{foreign}"))!.Status.ShouldBe(404);
                (await ana.Page.GotoAsync($"/t/{casa.Tenant.Slug}/numbers"))!.Status.ShouldBe(404);

                await ana.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/inbox/{foreign}");
                await Expect(ana.Page.Locator(".thread")).ToContainTextAsync("Esta conversa não está aqui");
                await Expect(ana.Page.Locator("body")).Not.ToContainTextAsync(zeca.Name);
                await ana.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/numbers/{casa.Id}");
                await Expect(ana.Page.Locator("#main .empty, #main .card").First).ToBeVisibleAsync();
                await Expect(ana.Page.Locator("body")).Not.ToContainTextAsync("Segredo");
            },
            error => error.Contains("404", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Address_that_names_no_conversation_says_so() =>
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, "inbox/garbage", width: 390);

            await Expect(ana.Page.Locator(".thread")).ToContainTextAsync("Esta conversa não está aqui");
            await Expect(ana.Page.Locator(".thread a.btn")).ToBeVisibleAsync();
        });
}
