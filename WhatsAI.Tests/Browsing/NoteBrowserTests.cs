using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>What colleagues write each other beside a conversation, and how the other hears of it.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class NoteBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Mention_rings_the_colleagues_bell_and_leads_him_to_the_note()
    {
        var customer = world.NewCustomer("Nívea");
        await world.WriteAsync(customer, "chegou quebrado");
        var id = await world.ConversationAsync(customer);
        await browser.RunAsync(async visit =>
        {
            var bia = await world.OpenAsync(visit, "settings/canned", asAgent: true);
            var ana = await world.OpenAsync(visit, $"inbox/{id}");
            var third = await world.OpenAsync(visit, "inbox?whose=mine");
            await ana.ReadyAsync();
            await ReadAllAsync(bia);
            await ana.Page.Locator(".thread-head h1").FocusAsync();
            await ana.Page.Keyboard.PressAsync("n");
            await Expect(ana.Input).ToBeFocusedAsync();
            await ana.Page.Keyboard.TypeAsync("Cliente ouro. @so");
            await Expect(ana.Page.Locator("[data-mention][aria-selected=true]")).ToContainTextAsync("Bia Souza");
            await Expect(ana.Input).ToHaveAttributeAsync("aria-expanded", "true");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(ana.Input).ToHaveValueAsync("Cliente ouro. @Bia Souza ");
            await Expect(ana.Input).Not.ToHaveAttributeAsync("role", "combobox");
            await ana.Page.Keyboard.TypeAsync("pode <b>repor</b>");
            await ana.Page.Locator("[data-send-note]").ClickAsync();

            var note = ana.Page.Locator(".msg.note:not(.local)");
            await Expect(note).ToHaveCountAsync(1);
            await Expect(note.Locator(".note-words")).ToHaveTextAsync("Cliente ouro. @Bia Souza pode <b>repor</b>");
            await Expect(ana.Input).ToHaveValueAsync("");
            await Expect(ana.Row(customer)).ToContainTextAsync("chegou quebrado");
            await Expect(ana.Page.Locator(".thread-head .owner")).ToContainTextAsync("Sem dono");

            var bell = bia.Page.Locator("[data-bell]");
            await Expect(bell.Locator(".count")).ToHaveTextAsync("1");
            await Expect(third.Page.Locator("[data-bell] .count")).ToHaveCountAsync(0);
            await bell.ClickAsync();
            var notice = bia.Page.Locator(".notice").First;
            await Expect(notice).ToContainTextAsync("Ana Ribeiro mencionou você");
            await Expect(notice).ToContainTextAsync(customer.Name);
            await bia.Page.ShouldBeAccessibleAsync();
            await notice.Locator("a").ClickAsync();
            await Expect(bia.Page).ToHaveURLAsync(new Regex($@"/inbox/{id}\?message="));
            await Expect(bia.Page.Locator(".msg.note .mention.me")).ToHaveTextAsync("@Bia Souza");
            await Expect(bia.Page.Locator(".msg.note")).ToBeInViewportAsync();
            await Expect(bell.Locator(".count")).ToHaveCountAsync(0);
            await Expect(bia.Page.Locator(".msg.note .msg-tools")).ToHaveCountAsync(0);

            await note.HoverAsync();
            await note.Locator(".msg-tools button").ClickAsync();
            await ana.Page.Locator("#message-more [data-do=edit]").ClickAsync();
            await Expect(ana.Input).ToHaveValueAsync("Cliente ouro. @Bia Souza pode <b>repor</b>");
            await ana.Input.FillAsync("@Bia Souza reponha");
            await ana.Input.PressAsync("Enter");
            await Expect(bia.Page.Locator(".msg.note")).ToContainTextAsync("reponha");
            await Expect(ana.Input).ToHaveValueAsync("");
            await note.HoverAsync();
            await note.Locator(".msg-tools button").ClickAsync();
            await ana.Page.Locator("#message-more [data-do=delete]").ClickAsync();
            await ana.Page.Locator("dialog .btn-danger").ClickAsync();
            await Expect(bia.Page.Locator(".msg.note .gone")).ToHaveTextAsync(new Regex("A nota foi apagada"));
            await bia.ShouldNotHaveReloadedAsync();
        });
    }

    [Fact]
    public async Task Conversation_is_given_on_with_a_note_that_its_new_owner_finds_at_his_bell()
    {
        var customer = world.NewCustomer("Olavo");
        await world.WriteAsync(customer, "quero falar do boleto");
        var id = await world.ConversationAsync(customer);
        await browser.RunAsync(async visit =>
        {
            var bia = await world.OpenAsync(visit, "inbox?whose=mine", asAgent: true, width: 390);
            await ReadAllAsync(bia);
            var ana = await world.OpenAsync(visit, $"inbox/{id}");
            await ana.ReadyAsync();
            await ana.Page.Locator(".thread-head .owner").ClickAsync();
            await ana.Page.Locator(".assign-note textarea").FillAsync("Já prometi desconto de 5%");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.GetByRole(AriaRole.Option, new PageGetByRoleOptions { Name = "Bia Souza" }).ClickAsync();
            await Expect(ana.Page.Locator(".messages .sys")).ToContainTextAsync("Ana Ribeiro atribuiu a conversa a Bia Souza");
            await Expect(ana.Page.Locator(".msg.note")).ToContainTextAsync("Já prometi desconto de 5%");

            await Expect(bia.Page.Locator("[data-bell] .count")).ToHaveTextAsync("1");
            await bia.Page.Locator("[data-bell]").ClickAsync();
            await Expect(bia.Page.Locator(".notice").First).ToContainTextAsync("Ana Ribeiro passou a conversa para você");
            (await bia.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBe(0);
            await bia.Page.Locator(".notice a").First.ClickAsync();
            await Expect(bia.Page.Locator(".msg.note")).ToContainTextAsync("Já prometi desconto de 5%");
            await bia.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            await bia.Page.Locator("[data-choose-mode=note]").ClickAsync();
            await bia.Page.ShouldBeAccessibleAsync();
            (await bia.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBe(0);
        });
    }

    [Fact]
    public async Task Text_typed_as_a_note_never_reaches_the_customer_however_fast_the_mode_changes()
    {
        var customer = world.NewCustomer("Paula");
        await world.WriteAsync(customer, "oi");
        var id = await world.ConversationAsync(customer);
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, $"inbox/{id}");
            await ana.ReadyAsync();
            await ana.Input.FillAsync("resposta começada");

            // All in one breath: a note, the other mode, Enter, back, a second note, and the page is gone before anything was answered.
            await ana.Page.EvaluateAsync(
                """
                () => {
                  const input = document.querySelector('[data-input]');
                  const mode = (name) => document.querySelector(`[data-choose-mode=${name}]`).click();
                  const type = (text) => { input.value = text; input.dispatchEvent(new Event('input', { bubbles: true })); };
                  const enter = () => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
                  mode('note'); type('segredo um'); enter(); mode('reply');
                  type(''); enter();
                  mode('note'); type('segredo dois'); mode('reply'); enter(); document.querySelector('[data-send]').click();
                  mode('note'); document.querySelector('[data-send]').click(); mode('reply');
                  type('resposta começada');
                  mode('note'); type('segredo três');
                  window.stop(); location.reload();
                }
                """
            );
            await ana.ReadyAsync();

            await Expect(ana.Input).ToHaveValueAsync("segredo três");
            await Expect(ana.Page.Locator("[data-send-note]")).ToBeVisibleAsync();
            await Expect(ana.Page.Locator(".msg.note:not(.local)", new() { HasText = "segredo um" })).ToHaveCountAsync(1);
            await Expect(ana.Page.Locator(".msg.note:not(.local)", new() { HasText = "segredo dois" })).ToHaveCountAsync(1);
            await ana.Page.Locator(".thread-head h1").FocusAsync();
            await ana.Page.Keyboard.PressAsync("r");
            await Expect(ana.Input).ToHaveValueAsync("resposta começada");
            await Expect(ana.Page.Locator("[data-send]")).ToBeVisibleAsync();
            await ana.Input.PressAsync("Enter");
            await Expect(ana.Page.Locator(".msg.out:not(.local)")).ToHaveCountAsync(1);
            await Expect(ana.Page.Locator(".msg.out")).ToContainTextAsync("resposta começada");
        });
        var said = world.Sandbox.ReadLog().Where(l => l.Text is not null).Select(l => l.Text!).ToList();
        said.ShouldContain("resposta começada");
        said.ShouldNotContain(t => t.Contains("segredo", StringComparison.Ordinal));
    }

    private static async Task ReadAllAsync(InboxWindow window)
    {
        await window.Page.Locator("[data-bell]").ClickAsync();
        await Expect(window.Page.Locator(".notice, dialog.drawer .empty").First).ToBeVisibleAsync();
        if (await window.Page.Locator("[data-read-all]").IsVisibleAsync())
        {
            await window.Page.Locator("[data-read-all]").ClickAsync();
        }

        await Expect(window.Page.Locator("[data-bell] .count")).ToHaveCountAsync(0);
        await window.Page.Keyboard.PressAsync("Escape");
        await Expect(window.Page.Locator("dialog.drawer")).ToHaveCountAsync(0);
    }
}
