using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A failover before the eyes of who plays it and of who serves the people it is about: a drill, on numbers of the sandbox.</summary>
[Collection(typeof(HouseGroup))]
public sealed partial class DrillBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Drill_is_asked_for_runs_its_stopwatch_says_so_in_the_thread_and_puts_everything_back() =>
        await browser.RunAsync(async visit =>
        {
            var (first, second) = (await world.LinkAsync("Treino 01"), await world.LinkAsync("Treino 02"));
            var pool = await world.PoolAsync("Treino", (first, MemberRole.Active), (second, MemberRole.Backup));
            var customer = world.NewCustomer("Marta");
            await world.WriteAsync(customer, "Tem o tênis no 38?", first);
            var from = await world.ConversationAsync(customer, first);
            var bia = await world.OpenAsync(visit, $"inbox/{from}", asAgent: true);
            await Expect(bia.Message("Tem o tênis no 38?")).ToBeVisibleAsync();
            var ana = await world.OpenAsync(visit, $"numbers/{first.Id}");

            await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Simular queda" }).ClickAsync();
            var asked = ana.Page.GetByRole(AriaRole.Dialog);
            await Expect(asked).ToContainTextAsync("Simular a queda de Treino 01?");
            await ana.Page.ShouldBeAccessibleAsync();
            await asked.GetByRole(AriaRole.Button, new() { Name = "Simular a queda" }).ClickAsync();
            await ana.Page.WaitForURLAsync("**/numbers/failovers/*");

            await Expect(ana.Page.Locator("h1")).ToHaveTextAsync("Treino 02 assumiu no lugar de Treino 01");
            await Expect(Step(ana, "Outro número assumiu")).ToHaveTextAsync(Seconds());
            await Expect(Step(ana, "Tudo passado")).ToHaveTextAsync(Seconds());
            await Expect(Step(ana, "Primeira mensagem por ele")).ToHaveTextAsync("–");
            await Expect(bia.Page.Locator(".messages")).ToContainTextAsync("Simulação de falha: a conversa continua por Treino 02");
            await ana.Page.ShouldBeAccessibleAsync();

            var to = await world.ConversationAsync(customer, second);
            await bia.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/inbox/{to}");
            await bia.ReadyAsync();
            await Expect(bia.Page.Locator(".messages")).ToContainTextAsync("Simulação de falha: a conversa veio de Treino 01");
            await bia.SendAsync("Temos, sim!");
            await Expect(Step(ana, "Primeira mensagem por ele")).ToHaveTextAsync(Seconds());
            await ana.ShouldNotHaveReloadedAsync();

            await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Encerrar a simulação" }).ClickAsync();
            await Expect(ana.Page.Locator(".failover-page")).ToContainTextAsync("Ana Ribeiro encerrou a simulação");
            await Expect(bia.Page.Locator(".messages")).ToContainTextAsync("A simulação acabou: a conversa continua de novo por Treino 01");
            await TapeTellsAsync(ana, first);
            await ana.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/numbers/pools/{pool}");
            await Expect(ana.Page.Locator(".roles [data-role=Active] .member")).ToContainTextAsync("Treino 01");
            await Expect(ana.Page.Locator(".roles [data-role=Backup] .member")).ToContainTextAsync("Treino 02");
            await world.DeleteAsync(first);
            await world.DeleteAsync(second);
        });

    /// <summary>The same lines in the list and in the file.</summary>
    private async Task TapeTellsAsync(InboxWindow ana, LinkedNumber number)
    {
        var tape = $"/t/{world.Shop.Tenant.Slug}/numbers/{number.Id}/tape";
        await ana.Page.GotoAsync($"{tape}?span=30m");
        var file = await (await ana.Page.APIRequest.GetAsync($"{tape}/export?span=30m")).TextAsync();
        foreach (
            var line in new[]
            {
                "Troca automática: Uma simulação: como se tivesse sido banido",
                "Outro número assumiu",
                "Primeira mensagem pelo outro número",
                "Simulação encerrada: tudo voltou como antes",
            }
        )
        {
            await Expect(ana.Page.Locator(".tape-list li", new() { HasText = line })).ToHaveCountAsync(1);
            await Expect(ana.Page.Locator($".tape-dot[aria-label$='{line}']")).ToHaveCountAsync(1);
            file.ShouldContain(line);
        }

        await ana.Page.ShouldBeAccessibleAsync();
    }

    private static ILocator Step(InboxWindow window, string name) =>
        window.Page.Locator(".stopwatch li", new() { HasText = name }).Locator(".stopwatch-time");

    [GeneratedRegex(@"^\d+,\d s$")]
    private static partial Regex Seconds();
}
