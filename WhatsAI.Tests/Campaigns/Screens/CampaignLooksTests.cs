using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Campaigns;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Campaigns.Screens;

public sealed partial class CampaignLooksTests
{
    private static readonly IStringLocalizer<CampaignsText> _text = new ServiceCollection()
        .AddLogging()
        .AddLocalization()
        .BuildServiceProvider()
        .GetRequiredService<IStringLocalizer<CampaignsText>>();

    public CampaignLooksTests() => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");

    [Fact]
    public void States_and_causes_have_words()
    {
        var known = _text.GetAllStrings(includeParentCultures: true).Select(s => s.Name).ToHashSet();

        Enum.GetNames<CampaignState>().Select(s => $"state.{s}").Except(known).ShouldBeEmpty();
        Enum.GetNames<RecipientState>().Select(s => $"recipient.{s}").Except(known).ShouldBeEmpty();
        var causes =
            from cause in Enum.GetValues<CampaignCause>()
            from state in Enum.GetValues<CampaignState>()
            where cause == CampaignCause.TooLate || (state != CampaignState.Paused && CampaignRules.May(state, CampaignState.Paused, cause))
            select $"cause.{cause}";
        causes.Except(known).ShouldBeEmpty();
    }

    [Fact]
    public void Every_reason_to_hold_a_campaign_has_words()
    {
        var written =
            from project in new[] { "WhatsAI.Core", "WhatsAI.Infrastructure" }
            from file in Repository.Files(project, "*.cs")
            from use in HeldKey().Matches(File.ReadAllText(file))
            select use.Groups[1].Value;
        var keys = written.ToHashSet();

        keys.ShouldContain("held.number-fell");
        keys.Where(k => _text[k].ResourceNotFound).ShouldBeEmpty();
    }

    [Fact]
    public void What_the_system_stopped_looks_graver_than_what_a_person_paused()
    {
        CampaignLooks.Tone(CampaignState.Paused, CampaignCause.ByPerson).ShouldBe(Tone.Warn);
        CampaignLooks.Tone(CampaignState.Paused, CampaignCause.BadSignals).ShouldBe(Tone.Critical);
        CampaignLooks.Word(_text, CampaignState.Paused, CampaignCause.ByPerson).ShouldBe("Paused");
        CampaignLooks.Word(_text, CampaignState.Paused, CampaignCause.Late).ShouldBe("Stopped");
        CampaignLooks.Tone(CampaignState.Draft, null).ShouldBe(Tone.Unknown);
    }

    [Fact]
    public void Why_says_the_cause_its_signs_and_the_culprit_as_far_as_it_may_be_named()
    {
        var detail = new PauseDetail(
            ["held.opt-outs", "held.from-the-future"],
            new Culprit(SliceKind.Number, "n-1", 0.041, 0.008)
        ).ToString();

        Why(detail, _ => "Sales 04")
            .ShouldBe([
                "The system stopped it for its signals.",
                "More than 2% asked to stop receiving.",
                "For a reason this version does not know.",
                "The cause is the number Sales 04: 4.1%, against 0.8% elsewhere.",
            ]);
        Why(detail, _ => null)[^1].ShouldBe("The cause is one of its numbers: 4.1%, against 0.8% elsewhere.");
        Why("not json", _ => null).ShouldBe(["The system stopped it for its signals."]);
    }

    [Fact]
    public void Why_is_empty_where_the_state_says_all()
    {
        CampaignLooks.Why(_text, (CampaignState.Running, CampaignCause.Due, null)).ShouldBeEmpty();
        CampaignLooks.Why(_text, (CampaignState.Cancelled, CampaignCause.ByPerson, null)).ShouldBeEmpty();
        CampaignLooks.Why(_text, (CampaignState.Paused, CampaignCause.ByPerson, null), "Ana").ShouldBe(["Ana paused it."]);
    }

    private static IReadOnlyList<string> Why(string detail, Func<Culprit, string?> nameOf) =>
        CampaignLooks.Why(_text, (CampaignState.Paused, CampaignCause.BadSignals, detail), nameOf: nameOf);

    [GeneratedRegex(@"""(held\.[a-z]+(?:-[a-z]+)*)""")]
    private static partial Regex HeldKey();
}
