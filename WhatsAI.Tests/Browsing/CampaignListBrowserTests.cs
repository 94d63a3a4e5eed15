using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Npgsql;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>The list of campaigns, and what holds for all of them.</summary>
[Collection(typeof(HouseGroup))]
public sealed class CampaignListBrowserTests(Browser browser, ConsoleWorld world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Campaign_is_made_found_renamed_copied_and_its_draft_deleted_while_a_stopped_one_says_why() =>
        await browser.RunAsync(async visit =>
        {
            var tail = Guid.NewGuid().ToString("N")[..6];
            var (name, stopped) = ($"Promoção {tail}", $"Parada {tail}");
            var id = await StoppedAsync(stopped);
            var page = (await world.OpenAsync(visit, "campaigns")).Page;

            // A new one has a name before it has anything else, and is a draft from then on.
            await page.GetByRole(AriaRole.Button, new() { Name = "Nova campanha" }).ClickAsync();
            await page.GetByLabel("Como ela se chama?").FillAsync(name);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page).ToHaveURLAsync(new Regex("/campaigns/[0-9a-f-]{36}/edit"));
            await page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/campaigns?q=promocao+{tail}");
            await Expect(Rows(page)).ToHaveCountAsync(1);
            await Expect(Row(page, name)).ToContainTextAsync("Rascunho");

            // Its other name is found by; what was searched for stays in the address.
            await ActAsync(page, name, "Renomear");
            await page.GetByLabel("Como ela se chama?").FillAsync($"Promoção dois {tail}");
            await page.GetByRole(AriaRole.Button, new() { Name = "Salvar nome" }).ClickAsync();
            await Expect(page.GetByText("Nenhuma campanha tem esse nome")).ToBeVisibleAsync();
            await page.GetByPlaceholder("Buscar por nome").FillAsync(tail);
            await Expect(page).ToHaveURLAsync(new Regex($"q={tail}$"));
            await Expect(Rows(page)).ToHaveCountAsync(2);

            // Why it was stopped stands in its row, and letting it go on is asked with the same words.
            await page.GetByRole(AriaRole.Button, new() { Name = "Pausada" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("state=paused"));
            await Expect(Rows(page)).ToHaveCountAsync(1);
            await Expect(Row(page, stopped)).ToContainTextAsync("Mais de 2% pediram para sair.");
            await ActAsync(page, stopped, "Deixar seguir");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Mais de 2% pediram para sair.");
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

            // Somebody else's word shows by itself.
            var version = 0u;
            await world.DoAsync<CampaignListQueries>(async q => version = (await q.FindAsync([id], Ct))[0].Version);
            await world.DoAsync<CampaignDraftActions>(a => a.RenameAsync(id, $"Seguiu {tail}", version, Ct));
            await Expect(Row(page, $"Seguiu {tail}")).ToBeVisibleAsync();

            await page.GetByRole(AriaRole.Button, new() { Name = "Todas" }).ClickAsync();
            await Expect(Rows(page)).ToHaveCountAsync(2);
            await ActAsync(page, $"Promoção dois {tail}", "Excluir rascunho");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Excluir rascunho" }).ClickAsync();
            await Expect(Rows(page)).ToHaveCountAsync(1);
        });

    [Fact]
    public async Task What_was_changed_in_a_draft_is_kept_although_its_writer_has_gone_on() =>
        await browser.RunAsync(async visit =>
        {
            var id = default(CampaignId);
            var template = $"Modelo {Guid.NewGuid()}";
            await world.DoAsync<TemplateActions>(a =>
                a.CreateAsync(new TemplateForm(template, [new VariantDraft("A", "Oi")], VariantMix.Fixed, null), Ct)
            );
            await world.DoAsync<CampaignDraftActions>(async a => id = await a.CreateAsync($"Pressa {Guid.NewGuid()}", Ct));
            var page = (await world.OpenAsync(visit, $"campaigns/{id}/edit?step=message")).Page;
            var option = page.Locator(".draft-option", new() { HasText = template });
            await Expect(option).ToBeVisibleAsync();

            // As slow as a database at work, so that it is still being saved.
            await using (
                var slow = await world.Console.Services.GetRequiredService<NpgsqlDataSource>().BeginAsync(world.Shop.Tenant.Id, Ct)
            )
            {
                await using (var hold = slow.Connection.Sql("SELECT 1 FROM campaigns WHERE id = $1 FOR UPDATE", id.Value))
                {
                    await hold.ExecuteNonQueryAsync(Ct);
                }

                await option.ClickAsync();
                await Expect(page.Locator(".draft-head [role=status]")).ToContainTextAsync("Salvando");
                await page.Locator(".draft-step", new() { HasText = "Audiência" }).ClickAsync();
                await Expect(page).ToHaveURLAsync(new Regex("step=audience"));
                await page.Locator(".app-rail a[href$='/campaigns']").ClickAsync();
                await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Nova campanha" })).ToBeVisibleAsync();
            }

            CampaignDraftView? draft = null;
            await Wait.UntilAsync(
                async () =>
                {
                    await world.DoAsync<CampaignDraftQueries>(async q => draft = await q.FindAsync(id, Ct));
                    return draft?.Template is not null;
                },
                "the change is kept"
            );
            await page.GetByRole(AriaRole.Button, new() { Name = "Nova campanha" }).ClickAsync();
            await Expect(page.GetByLabel("Como ela se chama?")).ToBeVisibleAsync();
            (await page.EvaluateAsync<bool>("window.notReloaded === true")).ShouldBeTrue("its circuit lives");
        });

    [Fact]
    public async Task Settings_are_kept_and_not_written_over_those_of_somebody_else() =>
        await browser.RunAsync(async visit =>
        {
            await world.ChangeAsync("DELETE FROM campaign_settings WHERE tenant_id = $1", world.Shop.Tenant.Id.Value);
            var page = (await world.OpenAsync(visit, "settings/campaigns")).Page;

            await page.GetByLabel("Em sete dias, no máximo").FillAsync("4");
            await page.GetByLabel("Preço de uma mensagem").FillAsync("caro");
            await SaveAsync(page);
            await Expect(page.GetByText("Escreva um valor como")).ToBeVisibleAsync();
            await page.GetByLabel("Preço de uma mensagem").FillAsync("0,355");
            await SaveAsync(page);
            await Expect(page.GetByText("Configurações de campanhas salvas").First).ToBeVisibleAsync();
            var kept = await ReadAsync();
            (kept.Cap.PerDay, kept.Cap.PerWeek, kept.Price).ShouldBe((1, 4, 0.355m));

            // Half written, while somebody else saves.
            await page.GetByLabel("Campanhas grandes precisam").CheckAsync();
            await page.GetByLabel("Uma pessoa sozinha lança").FillAsync("500");
            await world.DoAsync<CampaignSettingsActions>(a => a.ChangeAsync(kept with { SkipsConversations = false }, Ct));
            await Expect(page.GetByText("Outra pessoa salvou estas configurações")).ToBeVisibleAsync();
            await Expect(page.GetByLabel("Uma pessoa sozinha lança")).ToHaveValueAsync("500");
            await page.GetByRole(AriaRole.Button, new() { Name = "Manter as minhas" }).ClickAsync();
            await Expect(page.GetByText("Outra pessoa salvou estas configurações")).ToHaveCountAsync(0);
            await SaveAsync(page);
            await Wait.UntilAsync(
                async () => await ReadAsync() is { Approval.Above: 500, SkipsConversations: true },
                "mine is kept once I chose it",
                30
            );
            await world.ChangeAsync("DELETE FROM campaign_settings WHERE tenant_id = $1", world.Shop.Tenant.Id.Value);
        });

    /// <summary>As the system leaves one behind whose signals are bad.</summary>
    private async Task<CampaignId> StoppedAsync(string name)
    {
        var id = default(CampaignId);
        await world.DoAsync<CampaignDraftActions>(async a => id = await a.CreateAsync(name, Ct));
        await world.ChangeAsync(
            "UPDATE campaigns SET state = 'Paused', cause = 'BadSignals', detail = $3 WHERE tenant_id = $1 AND id = $2",
            world.Shop.Tenant.Id.Value,
            id.Value,
            new PauseDetail(["held.opt-outs"]).ToString()
        );
        return id;
    }

    private static ILocator Rows(IPage page) => page.Locator(".campaign-list > li");

    private static ILocator Row(IPage page, string name) => Rows(page).Filter(new() { HasText = name });

    private static async Task ActAsync(IPage page, string name, string act)
    {
        await Row(page, name).GetByRole(AriaRole.Button, new() { Name = "Mais ações" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = act }).ClickAsync();
    }

    private static Task SaveAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Salvar", Exact = true }).ClickAsync();

    private async Task<CampaignSettingsView> ReadAsync()
    {
        CampaignSettingsView? view = null;
        await world.DoAsync<CampaignSettingsActions>(async a => view = await a.ReadAsync(Ct));
        return view!;
    }
}
