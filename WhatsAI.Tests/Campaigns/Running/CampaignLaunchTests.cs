using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Tests.Contacts;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>What is launched is what was shown, and what a second person said yes to.</summary>
public sealed class CampaignLaunchTests
{
    private static readonly (TemplateId Template, PoolId Pool) _ids = (new(Guid.NewGuid()), new(Guid.NewGuid()));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Audience_that_grew_by_more_than_a_twentieth_since_the_plan_is_planned_anew()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 20);
        var draft = await world.DraftAsync();
        await world.PlanAsync(draft);
        await world.PersonAsync();
        await world.PersonAsync();

        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("launch-bad.plan-changed");

        await world.PlanAsync(draft);
        await world.PersonAsync();
        await world.DoAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct));
        await world.TurnAsync(draft);
        (await world.World.CountAsync("campaign_recipients")).ShouldBe(23, "one more is still about what was shown");
    }

    [Fact]
    public void Print_is_another_as_soon_as_anything_that_was_shown_is()
    {
        var file = new ScheduledFile(new MediaId(Guid.NewGuid()), new ImageBody(new MediaReference("image/png", 3, "a.png")));
        Variant[] variants = [new("A", "Oi"), new("B", "Bom dia")];
        string[] prints =
        [
            Print(variants),
            Print([variants[0], variants[1] with { Text = "Boa tarde" }]),
            Print([variants[0], variants[1] with { Weight = 2 }]),
            Print([variants[0], variants[1] with { Key = "C" }]),
            Print(variants, mix: VariantMix.Shifting),
            Print(variants, file: file),
            Print(variants, change: c => c.Write(c.TemplateId!.Value, new Dictionary<string, string> { ["cupom"] = "NATAL" })),
            Print(variants, change: c => c.Address(new Audience([new AudienceSource.OfTag(Tag(1))], [new AudienceSource.OfTag(Tag(3))]))),
            Print(variants, change: c => c.SendThrough(new PoolId(Guid.NewGuid()), c.Canary, c.ReplyDays)),
            Print(variants, change: c => c.SendThrough(c.PoolId!.Value, new CanaryPolicy(10), c.ReplyDays)),
            Print(variants, change: c => c.SendThrough(c.PoolId!.Value, c.Canary, c.ReplyDays, [new OpenSpan(DayOfWeek.Monday, 540, 600)])),
            Print(variants, change: c => c.StartAt(new CampaignSchedule(Now.UtcDateTime.AddDays(1), "UTC"))),
            Print(variants, basis: LegalBasis.Contract),
        ];

        prints.ShouldBeUnique();
        Print(variants).ShouldBe(prints[0]);
    }

    [Fact]
    public async Task Audience_that_left_meanwhile_is_nobody()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var draft = await world.DraftAsync();
        await world.PlanAsync(draft);
        await world.World.RunAsync("UPDATE contacts SET consent = 'OptedOut' WHERE tenant_id = $1");

        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("launch-bad.nobody");
    }

    [Fact]
    public async Task Second_persons_word_is_for_what_was_shown_and_holds_a_week()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 20);
        var second = new UserId(Guid.NewGuid());
        await world.World.RunAsync(
            "INSERT INTO campaign_settings (tenant_id, cap, approval, skips_conversations) VALUES ($1, '{\"perDay\":1,\"perWeek\":3}', '{\"above\":1}', true)"
        );
        var draft = await world.DraftAsync();
        await world.PlanAsync(draft);
        await world.DoAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct), user: second);

        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct), user: second)).ShouldBe("approval.own");
        await world.World.RunAsync(
            "UPDATE campaigns SET approval = jsonb_set(approval, '{at}', to_jsonb(now() - interval '8 days')) WHERE tenant_id = $1"
        );
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("approval.old");

        await world.DoAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct), user: second);
        var version = await world.VersionAsync(draft);
        await world.DoAsync<CampaignDraftActions>(a =>
            a.StartAtAsync(draft, new CampaignSchedule(DateTime.UtcNow.AddHours(2), "UTC"), version, Ct)
        );
        await world.PlanAsync(draft);
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("approval.changed");

        await world.DoAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct), user: second);
        await world.PersonAsync();
        await world.PersonAsync();
        await world.PlanAsync(draft);
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("approval.grown");
    }

    private static string Print(
        Variant[] variants,
        VariantMix mix = VariantMix.Fixed,
        ScheduledFile? file = null,
        LegalBasis? basis = null,
        Action<Campaign>? change = null
    )
    {
        var catalog = new TemplateCatalog(new Dictionary<string, ContactField>(), new HashSet<string>());
        var template = new MessageTemplate(
            _ids.Template,
            ContactSamples.Tenant,
            "Tabela",
            new VariantSet(variants, mix),
            file,
            catalog,
            Now
        );
        var campaign = new Campaign(Id.New<CampaignId>(Now), ContactSamples.Tenant, "Dezembro", new UserId(Guid.NewGuid()), Now);
        campaign.Write(template.Id, new Dictionary<string, string> { ["cupom"] = "DEZ" });
        campaign.Address(new Audience([new AudienceSource.OfTag(Tag(1))], [new AudienceSource.OfTag(Tag(2))]));
        campaign.SendThrough(_ids.Pool, new CanaryPolicy(), 3);
        change?.Invoke(campaign);
        return FlightPlans.PrintOf(campaign, template, basis);
    }
}
