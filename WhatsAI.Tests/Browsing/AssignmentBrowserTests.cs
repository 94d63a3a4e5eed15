using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Conversations find their agent, by hand and by themselves, and everybody sees it at once.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class AssignmentBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Conversation_given_by_keyboard_moves_between_the_lists_of_all_who_look()
    {
        var customer = world.NewCustomer("Rita");
        await world.WriteAsync(customer, "quem me atende?");
        await browser.RunAsync(async visit =>
        {
            var bia = await world.OpenAsync(visit, "inbox?whose=mine", asAgent: true);
            var queue = await world.OpenAsync(visit, "inbox?whose=nobody");
            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(customer)}");
            await ana.ReadyAsync();
            await Expect(queue.Row(customer)).ToBeVisibleAsync();
            await Expect(bia.Row(customer)).ToHaveCountAsync(0);

            await ana.Page.Locator(".thread-head h1").FocusAsync();
            await ana.Page.Keyboard.PressAsync("a");
            await Expect(ana.Page.GetByRole(AriaRole.Option, new PageGetByRoleOptions { Name = "Bia Souza" }))
                .ToContainTextAsync("Disponível");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Keyboard.TypeAsync("bia");
            await Expect(ana.Page.Locator(".assign [role=option]")).ToHaveCountAsync(1);
            await ana.Page.Keyboard.PressAsync("Enter");

            await Expect(bia.Row(customer)).ToBeVisibleAsync();
            await Expect(queue.Row(customer)).ToHaveCountAsync(0);
            await Expect(ana.Page.Locator(".messages")).ToContainTextAsync("Ana Ribeiro atribuiu a conversa a Bia Souza");
            await Expect(ana.Page.Locator(".thread-head .owner")).ToContainTextAsync("Bia Souza");
            await ana.Page.Keyboard.PressAsync("z");
            await Expect(queue.Row(customer)).ToBeVisibleAsync();
            await Expect(bia.Row(customer)).ToHaveCountAsync(0);

            await bia.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/inbox/{await world.ConversationAsync(customer)}?whose=mine");
            await bia.ReadyAsync();
            await bia.SendAsync("eu atendo");
            await Expect(bia.Page.Locator(".thread-head .owner")).ToContainTextAsync("Você");
            await Expect(queue.Row(customer)).ToHaveCountAsync(0);
            await queue.ShouldNotHaveReloadedAsync();
        });
    }

    [Fact]
    public async Task Team_made_in_the_settings_gives_its_numbers_conversations_to_who_is_there()
    {
        var number = await world.LinkAsync("Assistência");
        var customer = world.NewCustomer("Sérgio");
        var team = $"Técnicos {Guid.NewGuid().ToString("N")[..6]}";
        await browser.RunAsync(async visit =>
        {
            var bia = await world.OpenAsync(visit, "inbox?whose=mine", asAgent: true);
            var page = (await world.OpenAsync(visit, "settings/teams")).Page;
            await page.Locator(".page-head .btn-primary").ClickAsync();
            await page.GetByLabel("Nome").FillAsync(team);
            await page.GetByLabel("Como as conversas são distribuídas").SelectOptionAsync("RoundRobin");
            await page.GetByRole(AriaRole.Checkbox, new PageGetByRoleOptions { Name = "Bia Souza" }).CheckAsync();
            await page.GetByRole(AriaRole.Checkbox, new PageGetByRoleOptions { Name = "Sempre aberta" }).UncheckAsync();
            await page.GetByLabel("sábado").FillAsync("manhã");
            await page.ShouldBeAccessibleAsync();
            await page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(page.Locator("dialog.dialog-md")).ToContainTextAsync("“manhã” não é um horário");
            await page.GetByLabel("sábado").FillAsync("8-12");
            await page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(page.Locator(".plain-list").First).ToContainTextAsync($"{team}1 membro · Em rodízio");

            await page.GetByLabel("Equipe de Assistência").SelectOptionAsync(new SelectOptionValue { Label = team });
            await Expect(page.GetByLabel("Como são distribuídas as conversas de Assistência")).ToBeDisabledAsync();
            await page.GetByLabel("Máximo de conversas abertas para Bia Souza").FillAsync("0");
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Locator(".toasts")).ToContainTextAsync("O limite é um número de 1 a 1000");

            await world.WriteAsync(customer, "a máquina parou", number);
            await Expect(bia.Row(customer)).ToContainTextAsync(team);
            await bia.ShouldNotHaveReloadedAsync();

            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Excluir a equipe {team}" }).ClickAsync();
            await page.Locator("dialog .btn-danger").ClickAsync();
            await Expect(bia.Row(customer)).Not.ToContainTextAsync(team);
            await Expect(bia.Row(customer)).ToBeVisibleAsync();
        });
        await world.DeleteAsync(number);
    }
}
