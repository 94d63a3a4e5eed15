using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Tests.Contacts;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns;

public sealed class CampaignTests
{
    private static readonly UserId _ana = new(Guid.NewGuid());

    /// <summary>Every change there is; what is not written here is forbidden.</summary>
    private static readonly (CampaignState From, CampaignState To, CampaignCause[] Causes)[] _allowed =
    [
        (CampaignState.Draft, CampaignState.Scheduled, [CampaignCause.ByPerson]),
        (CampaignState.Draft, CampaignState.Running, [CampaignCause.ByPerson]),
        (CampaignState.Scheduled, CampaignState.Draft, [CampaignCause.ByPerson]),
        (CampaignState.Scheduled, CampaignState.Running, [CampaignCause.ByPerson, CampaignCause.Due]),
        (CampaignState.Scheduled, CampaignState.Paused, [CampaignCause.ByPerson, CampaignCause.Late]),
        (CampaignState.Scheduled, CampaignState.Cancelled, [CampaignCause.ByPerson, CampaignCause.TooLate]),
        (
            CampaignState.Running,
            CampaignState.Paused,
            [CampaignCause.ByPerson, CampaignCause.CanaryFailed, CampaignCause.BadSignals, CampaignCause.NumberFailed]
        ),
        (CampaignState.Running, CampaignState.Completed, [CampaignCause.Finished]),
        (CampaignState.Running, CampaignState.Cancelled, [CampaignCause.ByPerson]),
        (CampaignState.Paused, CampaignState.Running, [CampaignCause.ByPerson]),
        (CampaignState.Paused, CampaignState.Completed, [CampaignCause.Finished]),
        (CampaignState.Paused, CampaignState.Cancelled, [CampaignCause.ByPerson]),
    ];

    [Fact]
    public void States_change_only_along_the_table()
    {
        foreach (var from in Enum.GetValues<CampaignState>())
        {
            foreach (var to in Enum.GetValues<CampaignState>())
            {
                var causes = _allowed.Where(a => a.From == from && a.To == to).SelectMany(a => a.Causes).ToArray();
                Enum.GetValues<CampaignCause>()
                    .Where(c => CampaignRules.May(from, to, c))
                    .ShouldBe(causes, ignoreOrder: true, $"{from} to {to}");
            }
        }
    }

    [Fact]
    public void Only_a_running_campaign_sends_and_what_is_over_stays_over()
    {
        Enum.GetValues<CampaignState>().Where(s => s.Sends()).ShouldBe([CampaignState.Running]);
        foreach (var over in Enum.GetValues<CampaignState>().Where(s => s.IsOver()))
        {
            Enum.GetValues<CampaignState>().ShouldAllBe(to => Enum.GetValues<CampaignCause>().All(c => !CampaignRules.May(over, to, c)));
        }
    }

    [Fact]
    public void Draft_without_message_audience_or_numbers_is_not_launched()
    {
        KeyOf(() => Draft().Launch(_ana, null, _template, Now)).ShouldBe("campaign.incomplete");
        KeyOf(() => Draft().Become(CampaignState.Running, CampaignCause.ByPerson, _ana, Now)).ShouldBe("campaign.state-forbidden");
    }

    [Fact]
    public void Launch_says_who_when_and_on_what_ground()
    {
        var campaign = Ready();

        var change = campaign.Launch(_ana, LegalBasis.Contract, _template, Now);

        change.ShouldBe(new CampaignChange(CampaignState.Draft, CampaignState.Running, CampaignCause.ByPerson, _ana, Now, null));
        campaign.Launched.ShouldBe(new CampaignLaunch(_ana, Now, LegalBasis.Contract));
        campaign.Variants!.Variants.Select(v => v.Key).ShouldBe(["A"], "what is sent, as it was then");
        (campaign.State, campaign.StateSince).ShouldBe((CampaignState.Running, Now));
    }

    [Fact]
    public void Launch_for_later_waits_and_one_whose_time_is_over_is_refused()
    {
        var (later, over) = (Ready(), Ready());
        later.StartAt(new CampaignSchedule(Now.UtcDateTime.AddHours(1), "UTC"));
        over.StartAt(new CampaignSchedule(Now.UtcDateTime, "UTC"));

        later.Launch(_ana, null, _template, Now).To.ShouldBe(CampaignState.Scheduled);
        KeyOf(() => over.Launch(_ana, null, _template, Now)).ShouldBe("later.past");
    }

    [Fact]
    public void What_was_launched_is_not_edited()
    {
        var campaign = Ready();
        campaign.Launch(_ana, null, _template, Now);

        Action[] edits =
        [
            () => campaign.Write(campaign.TemplateId!.Value, new Dictionary<string, string>()),
            () => campaign.Address(campaign.Audience!),
            () => campaign.SendThrough(campaign.PoolId!.Value, new CanaryPolicy(), 3),
            () => campaign.StartAt(null),
            () => campaign.Approve(new LaunchApproval(_ana, Now, "x", 1)),
            () => campaign.Launch(_ana, null, _template, Now),
        ];

        edits.ShouldAllBe(e => KeyOf(e) == "campaign.not-draft");
    }

    [Fact]
    public void What_goes_back_to_draft_is_launched_and_approved_again()
    {
        var campaign = Ready();
        campaign.Approve(new LaunchApproval(_ana, Now, "x", 1));
        campaign.StartAt(new CampaignSchedule(Now.UtcDateTime.AddHours(1), "UTC"));
        campaign.Launch(_ana, null, _template, Now);

        campaign.Become(CampaignState.Draft, CampaignCause.ByPerson, _ana, Now);

        (campaign.Launched, campaign.Approval, campaign.Variants).ShouldBe((null, null, null));
    }

    [Fact]
    public void Change_by_a_person_names_him_and_one_by_the_machine_nobody()
    {
        var campaign = Ready();
        campaign.Launch(_ana, null, _template, Now);

        KeyOf(() => campaign.Become(CampaignState.Paused, CampaignCause.ByPerson, null, Now)).ShouldBe("campaign.state-forbidden");
        KeyOf(() => campaign.Become(CampaignState.Paused, CampaignCause.BadSignals, _ana, Now)).ShouldBe("campaign.state-forbidden");
        campaign.Become(CampaignState.Paused, CampaignCause.BadSignals, null, Now, "held.opt-outs").Detail.ShouldBe("held.opt-outs");
        KeyOf(() => campaign.Become(CampaignState.Running, CampaignCause.Due, null, Now)).ShouldBe("campaign.state-forbidden");
    }

    [Fact]
    public void Values_have_short_plain_names()
    {
        var (campaign, template) = (Draft(), new TemplateId(Guid.NewGuid()));

        KeyOf(() => campaign.Write(template, new Dictionary<string, string> { ["Preço"] = "1" })).ShouldBe("campaign.values-invalid");
        KeyOf(() => campaign.Write(template, new Dictionary<string, string> { ["preco"] = new string('x', 501) }))
            .ShouldBe("campaign.values-invalid");
        KeyOf(() => campaign.Write(template, Enumerable.Range(0, 21).ToDictionary(i => $"a{i}", _ => "")))
            .ShouldBe("campaign.values-invalid");
        KeyOf(() => campaign.Rename(" \u200b")).ShouldBe("campaign.name-invalid");
        KeyOf(() => campaign.SendThrough(new PoolId(Guid.NewGuid()), new CanaryPolicy(), 31)).ShouldBe("campaign.reply-days-invalid");
    }

    private static readonly MessageTemplate _template = new(
        new TemplateId(Guid.NewGuid()),
        ContactSamples.Tenant,
        "Tabela",
        new VariantSet([new Variant("A", "Chegou a tabela"), new Variant("B", "Nada", Weight: 0)]),
        file: null,
        new TemplateCatalog(new Dictionary<string, ContactField>(), new HashSet<string>()),
        Now
    );

    private static Campaign Draft() => new(Id.New<CampaignId>(Now), ContactSamples.Tenant, "Tabela de dezembro", _ana, Now);

    private static Campaign Ready()
    {
        var campaign = Draft();
        campaign.Write(_template.Id, new Dictionary<string, string> { ["cupom"] = "DEZ" });
        campaign.Address(new Audience([new AudienceSource.OfTag(Tag(1))], []));
        campaign.SendThrough(new PoolId(Guid.NewGuid()), new CanaryPolicy(), 3);
        return campaign;
    }
}
