using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A person comes by a link, sees what was chosen for him and nothing else, and is gone when he is told to.</summary>
[Collection(typeof(HouseGroup))]
public sealed class MembersTests(Browser browser, ConsoleWorld world)
{
    private const float HalfAMinute = 35_000;

    [Fact]
    public async Task Invited_agent_of_one_number_sees_that_one_and_leaves_when_disabled()
    {
        var branch = await world.LinkAsync("Filial");
        var (nina, otto) = (world.NewCustomer("Nina"), world.NewCustomer("Otto"));
        await world.WriteAsync(nina, "para a loja");
        await world.WriteAsync(otto, "para a filial", branch);
        var hidden = await world.ConversationAsync(nina);
        var (name, email) = ($"Davi {Guid.NewGuid().ToString("N")[..6]}", $"{Guid.NewGuid():N}@aurora.example");
        await browser.RunAsync(
            async visit =>
            {
                var ana = await world.OpenAsync(visit, "settings/members");
                var link = await InviteAsync(ana.Page, "Filial");
                await Expect(ana.Page.Locator(".members")).ToContainTextAsync("Link sem e-mail");

                var davi = new InboxWindow(await JoinAsync(visit, link, name, email), world);
                await Expect(davi.Row(otto)).ToBeVisibleAsync();
                await Expect(davi.Row(nina)).ToHaveCountAsync(0);
                await Expect(ana.Page.Locator(".members tr").Filter(new LocatorFilterOptions { HasText = name }))
                    .ToContainTextAsync("1 número");
                await Expect(ana.Page.Locator(".log")).ToContainTextAsync($"{name} entrou como Atendente");
                var late = await visit.OpenAsync(world.Console.Address);
                await late.GotoAsync(link);
                await Expect(late.Locator("main")).ToContainTextAsync("Este convite não vale");

                await davi.Page.EvaluateAsync("window.notReloaded = true");
                var watching = await world.OpenAsync(visit, "inbox");
                await world.WriteAsync(nina, "alguém na loja?");
                await Expect(watching.Row(nina)).ToContainTextAsync("alguém na loja?");
                await world.WriteAsync(otto, "alguém na filial?", branch);
                await Expect(davi.Row(otto)).ToContainTextAsync("alguém na filial?");
                await Expect(davi.Row(nina)).ToHaveCountAsync(0);
                await davi.ShouldNotHaveReloadedAsync();
                await Expect(davi.Page.Locator("body")).Not.ToContainTextAsync("Loja");

                await davi.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/inbox/{hidden}");
                await Expect(davi.Page.Locator(".thread")).ToContainTextAsync("Esta conversa não está aqui");
                await davi.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/numbers");
                await Expect(davi.Page.Locator(".wall article")).ToHaveCountAsync(1);
                await Expect(davi.Page.Locator(".wall article")).ToContainTextAsync("Filial");

                await ActAsync(ana.Page, name, "Desativar");
                await davi.Page.WaitForURLAsync("**/sign-in**", new PageWaitForURLOptions { Timeout = HalfAMinute });
                await Expect(ana.Page.Locator(".members tr").Filter(new LocatorFilterOptions { HasText = name }))
                    .ToContainTextAsync("Desativado");
                await SignInAsync(davi.Page, email);
                await Expect(davi.Page.Locator("#main")).ToContainTextAsync("Nada por aqui");
                await ana.Page.ShouldBeAccessibleAsync();
            },
            error => error.Contains("404", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Session_ended_from_the_profile_closes_the_other_browser_and_not_this_one() =>
        await browser.RunAsync(async visit =>
        {
            var (name, email) = ($"Eva {Guid.NewGuid().ToString("N")[..6]}", $"{Guid.NewGuid():N}@aurora.example");
            var ana = await world.OpenAsync(visit, "settings/members");
            var here = await JoinAsync(visit, await InviteAsync(ana.Page, number: null), name, email);
            var there = await visit.OpenAsync(world.Console.Address);
            await there.GotoAsync("/sign-in");
            await SignInAsync(there, email);
            await Expect(there.Locator(".inbox-list")).ToBeVisibleAsync();

            await here.GotoAsync("/profile");
            await Expect(here.Locator(".session-list li")).ToHaveCountAsync(2);
            await here.ShouldBeAccessibleAsync();
            await here.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sair de todos os outros lugares" }).ClickAsync();

            await Expect(here.Locator(".session-list li")).ToHaveCountAsync(1);
            await Expect(here.Locator("#sessions .banner")).ToBeInViewportAsync();
            await there.WaitForURLAsync("**/sign-in**", new PageWaitForURLOptions { Timeout = HalfAMinute });
            await here.GotoAsync($"/t/{world.Shop.Tenant.Slug}/inbox");
            await Expect(here.Locator(".inbox-list")).ToBeVisibleAsync();
            await ActAsync(ana.Page, name, "Papel e números");
            await Expect(ana.Page.Locator("#member-role")).ToBeFocusedAsync();
            await ana.Page.Locator("#member-role").SelectOptionAsync("Manager");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(ana.Page.Locator(".members tr").Filter(new LocatorFilterOptions { HasText = name })).ToContainTextAsync("Gestor");
            await ActAsync(ana.Page, name, "Encerrar sessões", confirm: true);
            await here.WaitForURLAsync("**/sign-in**", new PageWaitForURLOptions { Timeout = HalfAMinute });
        });

    [Fact]
    public async Task Invitation_for_an_address_tells_who_is_signed_in_as_another_and_leads_back_to_it() =>
        await browser.RunAsync(async visit =>
        {
            var email = $"{Guid.NewGuid():N}@aurora.example";
            var ana = await world.OpenAsync(visit, "settings/members");
            await ana.Page.Locator(".page-head .btn-primary").ClickAsync();
            await ana.Page.Locator("#invite-email").FillAsync("a@b..c");
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(ana.Page.Locator("dialog[open]")).ToContainTextAsync("Isto não é um endereço de e-mail");
            await ana.Page.Locator("#invite-email").FillAsync(email);
            await ana.Page.Keyboard.PressAsync("Enter");
            var link = (await ana.Page.Locator("#invite-link").InnerTextAsync()).Trim();
            var copy = ana.Page.Locator("[data-copy-from=invite-link]");
            await Expect(copy).ToBeFocusedAsync();
            await ana.Page.Context.GrantPermissionsAsync(["clipboard-write"]);
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(copy).ToContainTextAsync("Copiado");
            await ana.Page.Keyboard.PressAsync("Escape");
            await Expect(ana.Page.Locator(".page-head .btn-primary")).ToBeFocusedAsync();
            var row = ana.Page.Locator(".members tr").Filter(new LocatorFilterOptions { HasText = email });
            await Expect(row).ToContainTextAsync("Convidado");

            var asOwner = await world.OpenAsync(visit, "inbox");
            await asOwner.Page.GotoAsync(link);
            await Expect(asOwner.Page.Locator("main")).ToContainTextAsync("Você já está nesta empresa");
            await asOwner.Page.ShouldBeAccessibleAsync();

            await world.AddCompanyAsync("visita");
            var guest = await visit.OpenAsync(world.Console.Address);
            await guest.GotoAsync("/sign-in");
            var other = await guest.Context.NewPageAsync();
            await other.GotoAsync("/sign-in");
            await SignInAsync(guest, "visita@casa.example");
            await guest.WaitForURLAsync("**/t/**");
            await SignInAsync(other, "visita@casa.example");
            await other.WaitForURLAsync("**/t/**");
            await guest.GotoAsync(link);
            await Expect(guest.Locator("main")).ToContainTextAsync($"Este convite é para {email}, e você está conectado como visita@");
            await guest.ShouldBeAccessibleAsync();
            await guest.Locator("main a.btn-primary").ClickAsync();
            await guest.Locator("form .btn-primary").ClickAsync();
            await Expect(guest.Locator("[name='Form.Name']")).ToBeVisibleAsync();
            await Expect(guest.Locator("main")).ToContainTextAsync(email);

            await row.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(row).ToHaveCountAsync(0);
            await Expect(ana.Page.Locator("[data-keep-focus] :focus")).ToHaveCountAsync(1);
            await guest.Locator("[name='Form.Name']").FillAsync("Tarde demais");
            await guest.Locator("[name='Form.Password']").FillAsync(ConsoleWorld.Password);
            await guest.Locator("form .btn-primary").ClickAsync();
            await Expect(guest.Locator("main")).ToContainTextAsync("Este convite não vale");
            await ana.Page.Keyboard.PressAsync("z");
            await Expect(row).ToContainTextAsync("Convidado");
        });

    private static async Task<string> InviteAsync(IPage page, string? number)
    {
        await page.Locator(".page-head .btn-primary").ClickAsync();
        if (number is not null)
        {
            await page.GetByLabel("Só os escolhidos").CheckAsync();
            await page.GetByRole(AriaRole.Checkbox, new PageGetByRoleOptions { Name = number, Exact = true }).CheckAsync();
        }

        await page.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Criar link" }).ClickAsync();
        var link = await page.Locator("#invite-link").InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Concluir" }).ClickAsync();
        return link.Trim();
    }

    private async Task<IPage> JoinAsync(Visit visit, string link, string name, string email)
    {
        var page = await visit.OpenAsync(world.Console.Address);
        await page.GotoAsync(link);
        await page.ShouldBeAccessibleAsync();
        await page.Locator("[name='Form.Name']").FillAsync(name);
        await page.Locator("[name='Form.Email']").FillAsync("ana@aurora.example");
        await page.Locator("[name='Form.Password']").FillAsync(ConsoleWorld.Password);
        await page.Locator("form .btn-primary").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Com estes dados não deu certo");
        await page.Locator("[name='Form.Email']").FillAsync(email);
        await page.Locator("[name='Form.Password']").FillAsync("short");
        await page.Locator("form .btn-primary").ClickAsync();
        await Expect(page.Locator(".why")).ToContainTextAsync("10");
        await Expect(page.Locator("[name='Form.Password']")).ToBeFocusedAsync();
        await page.Locator("[name='Form.Password']").FillAsync(ConsoleWorld.Password);
        await page.Locator("form .btn-primary").ClickAsync();
        await page.WaitForURLAsync("**/inbox");
        await Expect(page.Locator(".inbox-list")).ToBeVisibleAsync();
        return page;
    }

    private static async Task ActAsync(IPage page, string name, string what, bool confirm = false)
    {
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Ações de {name}" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = what }).ClickAsync();
        if (confirm)
        {
            await page.Locator("dialog .btn-danger").ClickAsync();
        }
    }

    private static async Task SignInAsync(IPage page, string email)
    {
        await page.Locator("[name='Form.Email']").FillAsync(email);
        await page.Locator("[name='Form.Password']").FillAsync(ConsoleWorld.Password);
        await page.Locator("form .btn-primary").ClickAsync();
    }
}
