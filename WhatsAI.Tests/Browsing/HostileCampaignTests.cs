using Microsoft.Playwright;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Names and texts of campaigns, templates, pools and people are text wherever they stand. An error in the console fails the test too.</summary>
[Collection(typeof(HouseGroup))]
public sealed class HostileCampaignTests(Browser browser, ConsoleWorld world)
{
    private const string Bad = "<img src=x onerror=alert(1)>\u202E";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hostile_words_are_shown_as_text_on_every_page_of_a_campaign() =>
        await browser.RunAsync(async visit =>
        {
            var mark = Guid.NewGuid().ToString("N")[..6];
            var campaign = await LaunchedCampaign.CreateAsync(world, $"{Bad} {mark}");
            var draft = await DraftAsync($"{Bad} rascunho {mark}");
            var page = (await world.OpenAsync(visit, $"campaigns?q={mark}", language: "en")).Page;
            page.Dialog += (_, dialog) => visit.Errors.Enqueue("dialog: " + dialog.Message);
            await Expect(page.Locator(".campaign-list > li")).ToHaveCountAsync(2);

            foreach (
                var path in (string[])
                    [
                        $"campaigns?q={mark}",
                        $"campaigns/{campaign.Id}",
                        $"campaigns/{campaign.Id}?tab=analysis",
                        $"campaigns/{campaign.Id}?tab=left-out",
                        $"campaigns/{campaign.Id}?tab=history",
                        $"campaigns/{draft}/edit?step=message",
                        $"campaigns/{draft}/edit?step=audience",
                        $"campaigns/{draft}/edit?step=numbers",
                        $"campaigns/{draft}/edit?step=plan",
                        $"campaigns/templates?q={mark}",
                        $"contacts/{campaign.People[0]}",
                    ]
            )
            {
                await page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/{path}");
                await Expect(page.Locator("#main").GetByText("<img src=x").First).ToBeVisibleAsync();
                await Expect(page.Locator("#main [aria-busy=true]")).ToHaveCountAsync(0);
                await Expect(page.Locator("[onerror], img[src='x'], #main script, #main b:has-text('gordo')")).ToHaveCountAsync(0);
            }
        });

    private async Task<CampaignId> DraftAsync(string name)
    {
        var (id, template, tag) = (default(CampaignId), default(TemplateId), default(TagId));
        await world.DoAsync<TagActions>(async a => tag = await a.CreateAsync($"{Bad}{Guid.NewGuid():N}"[..40], 1, Ct));
        await world.DoAsync<TemplateActions>(async a =>
            template = await a.CreateAsync(
                new TemplateForm(
                    name,
                    [new VariantDraft("A", $"{Bad}<script>alert(2)</script> {{{{contact.first_name|<b>gordo</b>}}}} {{{{campaign.dia}}}}")],
                    VariantMix.Fixed,
                    null
                ),
                Ct
            )
        );
        await world.DoAsync<CampaignDraftActions>(async a => id = await a.CreateAsync(name, Ct));
        var version = 0u;
        await world.DoAsync<CampaignDraftQueries>(async q => version = (await q.FindAsync(id, Ct))!.Version);
        await world.DoAsync<CampaignDraftActions>(async a =>
        {
            version = await a.WriteAsync(id, template, new Dictionary<string, string> { ["dia"] = Bad }, version, Ct);
            await a.AddressAsync(id, new Audience([new AudienceSource.OfTag(tag)], []), version, Ct);
        });
        return id;
    }
}
