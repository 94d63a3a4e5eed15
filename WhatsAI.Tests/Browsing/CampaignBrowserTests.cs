using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A campaign from the file with its people to the sheet that proves what became of each.</summary>
[Collection(typeof(HouseGroup))]
public sealed partial class CampaignBrowserTests(Browser browser, ConsoleWorld world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Campaign_is_prepared_from_a_file_planned_launched_and_proven() =>
        await browser.RunAsync(async visit =>
        {
            var mark = Guid.NewGuid().ToString("N")[..6];
            var numbers = new[] { await world.LinkAsync($"Campanha {mark} 1"), await world.LinkAsync($"Campanha {mark} 2") };
            await world.OpenPoolAsync($"Grupo {mark}", (numbers[0], MemberRole.Active), (numbers[1], MemberRole.Active));
            await world.DoAsync<TemplateActions>(a =>
                a.CreateAsync(
                    new TemplateForm(
                        $"Modelo {mark}",
                        [new VariantDraft("A", "Oi {{contact.first_name|cliente}}, só {{campaign.dia}} na {{campaign.loja|matriz}}")],
                        VariantMix.Fixed,
                        null
                    ),
                    Ct
                )
            );
            var page = (await world.OpenAsync(visit, "contacts/imports")).Page;
            await ImportAsync(page, mark);

            // A name makes a draft, and the draft asks for a message.
            await page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/campaigns");
            await page.Locator(".page-head .btn-primary").ClickAsync();
            await page.Locator("#campaign-naming-name").FillAsync($"Natal {mark}");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page).ToHaveURLAsync(Editing());
            await Expect(page.Locator("h1")).ToHaveTextAsync($"Natal {mark}");
            await page.Locator(".draft-option", new() { HasText = $"Modelo {mark}" }).ClickAsync();
            await Expect(page.Locator(".draft-step").First).Not.ToContainTextAsync("(pronta)");
            var other = await page.Context.NewPageAsync();
            await other.GotoAsync(page.Url);
            await other.GetByLabel("dia", new() { Exact = true }).PressSequentiallyAsync("sáb");
            await page.GetByLabel("dia", new() { Exact = true }).FillAsync("sexta");
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Locator(".draft-step").First).ToContainTextAsync("(pronta)");
            await Expect(page.Locator(".preview-one .words")).ToContainTextAsync("só sexta na matriz");
            await page.ShouldBeAccessibleAsync();

            // What is being typed in another tab stays there; what is saved last holds.
            await Expect(other.Locator(".preview-one .words")).ToContainTextAsync("só sexta na matriz");
            await Expect(other.GetByLabel("dia", new() { Exact = true })).ToHaveValueAsync("sáb");
            await other.Keyboard.PressAsync("Tab");
            await Expect(page.GetByLabel("dia", new() { Exact = true })).ToHaveValueAsync("sáb");
            await other.CloseAsync();

            await NextAsync(page, "Audiência");
            await page.GetByLabel("Quem está em pelo menos um destes")
                .SelectOptionAsync(new SelectOptionValue { Label = await OptionAsync(page, mark) });
            await Expect(page.Locator(".draft-sources li")).ToHaveCountAsync(1);
            await Expect(page.Locator(".draft-body")).ToContainTextAsync("3 contatos");
            await page.ShouldBeAccessibleAsync();

            await NextAsync(page, "Números e ritmo");
            await page.Locator(".draft-radio", new() { HasText = $"Grupo {mark}" }).ClickAsync();
            await Expect(page.Locator("#canary-percent")).ToBeVisibleAsync();
            await page.GetByLabel("Enviar uma primeira parte e esperar o resultado").UncheckAsync();
            await Expect(page.Locator("#canary-percent")).ToHaveCountAsync(0);
            await page.ShouldBeAccessibleAsync();

            // A time that is over is refused where it is typed; at launch needs none.
            await NextAsync(page, "Agenda");
            await page.GetByText("Em uma data").ClickAsync();
            await page.Locator("#start-at").FillAsync("2024-01-01T09:00");
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Locator(".draft-body .banner")).ToBeVisibleAsync();
            await page.ShouldBeAccessibleAsync();
            await page.Locator(".draft-step", new() { HasText = "Plano de voo" }).ClickAsync();
            await Expect(page.Locator(".draft-body")).ToContainTextAsync("A agenda tem algo que não pode ser guardado.");
            await Expect(page.Locator(".draft-bar .btn-primary")).ToHaveCountAsync(0);
            await page.Locator(".draft-step", new() { HasText = "Agenda" }).ClickAsync();
            await Expect(page.Locator("#start-at")).ToHaveValueAsync("2024-01-01T09:00");
            await page.GetByText("Ao lançar").ClickAsync();
            await Expect(page.Locator("#start-at")).ToHaveCountAsync(0);

            // Of the three nobody said yes: a ground is named, and the plan is another.
            await NextAsync(page, "Plano de voo");
            await Expect(page.Locator(".plan-figures")).ToContainTextAsync("0 pessoas");
            await Expect(page.Locator(".plan-left-out")).ToContainTextAsync("Sem consentimento registrado");
            await Expect(page.Locator(".draft-bar .btn-primary")).ToBeDisabledAsync();
            await page.GetByLabel("Para quem não tem consentimento registrado").SelectOptionAsync("LegitimateInterest");
            await Expect(page.Locator(".plan-figures")).ToContainTextAsync("3 pessoas");
            await Expect(page.Locator(".plan-grid tbody tr")).ToHaveCountAsync(2);
            await Expect(page.Locator(".plan[aria-busy]")).ToHaveCountAsync(0);
            await page.ShouldBeAccessibleAsync();

            // A test is written to nobody who was not chosen for it.
            await page.GetByRole(AriaRole.Button, new() { Name = "Enviar teste" }).ClickAsync();
            await Expect(page.Locator("dialog[open]")).ToContainTextAsync("Escolher pessoa");
            await Expect(page.Locator("dialog[open] .btn-primary")).ToBeDisabledAsync();
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
            await page.Locator(".draft-bar .btn-primary").ClickAsync();
            await page.Locator("dialog[open] .btn-primary").ClickAsync();
            await Expect(page).ToHaveURLAsync(Launched());

            // Two numbers, three people: the third gets his as soon as the pace allows.
            await Expect(page.Locator(".page-head .pill")).ToHaveTextAsync("check_circleConcluída", new() { Timeout = 90_000 });
            await page.ShouldBeAccessibleAsync();
            var sheet = await (await page.Context.APIRequest.GetAsync(page.Url + "/proof")).TextAsync();
            sheet.Split('\n').Count(line => line.Contains($"Pessoa {mark}", StringComparison.Ordinal)).ShouldBe(3);
            sheet.ShouldContain($"Campanha {mark} 1");
            sheet.ShouldContain($"Campanha {mark} 2");

            // On what ground they were written to, for whoever asks later.
            sheet.ShouldContain("Legítimo interesse, onde não há consentimento registrado");
            await page.Locator(".tabs a", new() { HasText = "Histórico" }).ClickAsync();
            await Expect(page.Locator(".live-history li").Last)
                .ToContainTextAsync("Para quem não tem consentimento registrado: Legítimo interesse.");
        });

    [Fact]
    public async Task Banned_number_is_seen_in_its_campaign_which_goes_on_through_the_backup() =>
        await browser.RunAsync(async visit =>
        {
            var mark = Guid.NewGuid().ToString("N")[..6];
            var (first, backup) = (await world.LinkAsync($"Campanha {mark} A"), await world.LinkAsync($"Campanha {mark} B"));
            var pool = await world.OpenPoolAsync($"Grupo {mark}", (first, MemberRole.Active), (backup, MemberRole.Backup));
            var id = await world.LaunchAsync($"Aviso {mark}", pool, people: 12);
            var page = (await world.OpenAsync(visit, $"campaigns/{id}", language: "en")).Page;
            ILocator Row(string letter) =>
                page.Locator("section[aria-labelledby=numbers-title] tbody tr", new() { HasText = $"Campanha {mark} {letter}" });
            await Expect(Row("A").Locator("td").Nth(1)).ToHaveTextAsync(new Regex("^[1-9]"));

            await world.Sandbox.Control.CloseAsync(first.Name, 403);

            await Expect(Row("A")).ToContainTextAsync("Banned");
            await Expect(Row("B").Locator("td").Nth(1)).ToHaveTextAsync(new Regex("^[1-9]"), new() { Timeout = 60_000 });
            await Expect(page.Locator(".page-head .pill")).ToContainTextAsync("Sending");
            await page.ShouldBeAccessibleAsync();
        });

    private static async Task ImportAsync(IPage page, string mark)
    {
        var number = Random.Shared.Next(100_000, 999_999);
        var rows = string.Concat(Enumerable.Range(1, 3).Select(i => $"Pessoa {mark} {i};(31) 99{number}{i}\n"));
        await page.Locator("input[type=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = $"{mark}.csv",
                    MimeType = "text/csv",
                    Buffer = Encoding.UTF8.GetBytes("Nome;Celular\n" + rows),
                }
            );
        await Expect(page.GetByLabel("Coluna 2")).ToHaveValueAsync("phone");
        await page.Locator("form .btn-primary").ClickAsync();
        await Expect(page.Locator(".page-head .pill")).ToContainTextAsync("Concluída");
    }

    private static async Task NextAsync(IPage page, string step)
    {
        await page.Locator(".draft-bar .btn-primary").ClickAsync();
        await Expect(page.Locator(".draft-step[aria-current=step]")).ToContainTextAsync(step);
        await Expect(page.Locator(".draft-body [aria-busy=true]")).ToHaveCountAsync(0);
    }

    private static async Task<string> OptionAsync(IPage page, string mark)
    {
        var option = page.Locator("option", new() { HasText = $"{mark}.csv" }).First;
        await Expect(option).ToBeAttachedAsync();
        return (await option.TextContentAsync())!;
    }

    [GeneratedRegex(@"/campaigns/[0-9a-f-]{36}/edit")]
    private static partial Regex Editing();

    [GeneratedRegex(@"/campaigns/[0-9a-f-]{36}$")]
    private static partial Regex Launched();
}
