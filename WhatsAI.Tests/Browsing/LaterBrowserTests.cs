using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>What is put off comes back, and goes out, before the eyes of all who look.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class LaterBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Conversation_snoozed_by_two_keys_leaves_the_list_and_comes_back_by_itself() =>
        await browser.RunAsync(async visit =>
        {
            var customer = world.NewCustomer("Nina");
            await world.WriteAsync(customer, "me liga amanhã?");
            var bia = await world.OpenAsync(visit, "inbox", language: "en", asAgent: true);
            await Expect(bia.Row(customer)).ToBeVisibleAsync();
            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(customer)}");
            await ana.ReadyAsync();

            await ana.Page.Locator(".thread-head h1").FocusAsync();
            await ana.Page.Keyboard.PressAsync("s");
            await Expect(ana.Page.Locator("dialog.snooze")).ToContainTextAsync("America/Sao_Paulo");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Keyboard.PressAsync("2");
            await Expect(bia.Row(customer)).ToHaveCountAsync(0);
            await Expect(ana.Page.Locator(".messages")).ToContainTextAsync("Ana Ribeiro adiou a conversa até");
            await Expect(ana.Page.Locator("section.later")).ToContainTextAsync("Adiada até");

            await ana.Page.Keyboard.PressAsync("z");
            await Expect(bia.Row(customer)).ToBeVisibleAsync();
            await Expect(ana.Page.Locator("section.later")).ToHaveCountAsync(0);
            await ana.Page.Keyboard.PressAsync("s");
            await ana.Page.Locator("#snooze-at").FillAsync("2020-01-01T09:00");
            await ana.Page.Locator("dialog.snooze form .btn").ClickAsync();
            await Expect(ana.Page.Locator("dialog.snooze .why")).ToContainTextAsync("já passou");
            await ana.Page.Locator("#snooze-at").FillAsync(Tomorrow);
            await ana.Page.Locator("dialog.snooze form .btn").ClickAsync();
            await Expect(bia.Row(customer)).ToHaveCountAsync(0);
            var list = await world.OpenAsync(visit, "inbox?status=snoozed");
            await Expect(list.Row(customer).Locator(".tag.until")).ToBeVisibleAsync();
            await list.Page.ShouldBeAccessibleAsync();

            await ana.Page.CloseAsync();
            await FallDueAsync(
                "UPDATE conversation_heads SET snoozed_until = now() WHERE status = 'Snoozed' AND snoozed_until IS NOT NULL"
            );
            await Expect(bia.Row(customer)).ToContainTextAsync("Back");
            await Expect(list.Row(customer)).ToHaveCountAsync(0);
            await bia.ClickAsync(customer);
            await Expect(bia.Row(customer)).Not.ToContainTextAsync("Back");
            await bia.ShouldNotHaveReloadedAsync();
        });

    [Fact]
    public async Task Message_written_for_later_waits_above_the_composer_is_changed_and_goes_out() =>
        await browser.RunAsync(async visit =>
        {
            var customer = world.NewCustomer("Otto");
            await world.WriteAsync(customer, "me lembra?");
            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(customer)}");
            await ana.ReadyAsync();
            var bia = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(customer)}", width: 390, asAgent: true);
            await bia.ReadyAsync();
            var waiting = bia.Page.Locator("section.later .later-row");

            var file = new FilePayload
            {
                Name = "etiqueta.png",
                MimeType = "image/png",
                Buffer = Messaging.Media.Samples.Png(),
            };
            await ana.Page.Locator("[data-file='']").SetInputFilesAsync(file);
            await Expect(ana.Page.Locator(".attachment img")).ToBeVisibleAsync();
            await ana.Input.FillAsync("Lembrete: sua entrega é hoje");
            await ana.Page.Locator("[data-schedule]").ClickAsync();
            await Expect(ana.Page.Locator("#schedule-text")).ToHaveValueAsync("Lembrete: sua entrega é hoje");
            await Expect(ana.Page.Locator("dialog:modal")).ToContainTextAsync("etiqueta.png");
            await ana.Page.Locator("#schedule-at").FillAsync(Tomorrow);
            await ana.Page.Locator("dialog label", new() { HasText = "Cancelar se o cliente" }).Locator("input").UncheckAsync();
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Locator("dialog form .btn-primary").ClickAsync();
            await Expect(waiting).ToContainTextAsync("Lembrete: sua entrega é hoje");
            await Expect(waiting).ToContainTextAsync("etiqueta.png");
            await Expect(waiting).ToContainTextAsync("America/Sao_Paulo");
            await Expect(ana.Page.Locator(".attachment")).ToHaveCountAsync(0);
            await Expect(ana.Input).ToHaveValueAsync("");
            await bia.Page.ShouldBeAccessibleAsync();

            await waiting.Locator("button").First.ClickAsync();
            await bia.Page.Locator("#schedule-text").FillAsync("Sua entrega é hoje, até 18h");
            await bia.Page.Locator("dialog form .btn-primary").ClickAsync();
            await Expect(ana.Page.Locator("section.later")).ToContainTextAsync("até 18h");
            await world.WriteAsync(customer, "obrigado!");
            await Expect(ana.Message("obrigado!")).ToBeVisibleAsync();
            await Expect(waiting).ToHaveCountAsync(1);

            await FallDueAsync("UPDATE scheduled_messages SET due_at = now()");
            await Expect(ana.Message("Sua entrega é hoje, até 18h")).ToContainTextAsync("Ana Ribeiro, agendada");
            await Expect(ana.Tick("Sua entrega é hoje, até 18h")).ToHaveTextAsync("done_all");
            await Expect(waiting).ToHaveCountAsync(0);
            world.Sandbox.Sends(world.Shop.Name).Single(s => s.Text == "Sua entrega é hoje, até 18h").Type.ShouldBe("imageMessage");
            await ana.ShouldNotHaveReloadedAsync();
        });

    private static string Tomorrow =>
        DateTime.UtcNow.AddDays(1).ToString("yyyy-MM-dd'T'10:00", System.Globalization.CultureInfo.InvariantCulture);

    private async Task FallDueAsync(string sql)
    {
        (await world.ChangeAsync(sql)).ShouldBeGreaterThan(0);
        await world.ChangeAsync("UPDATE work_list SET due_at = now() WHERE kind = 'Later' AND instance_id = $1", world.Shop.Id.Value);
    }
}
