using System.Text.Json;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Segments;
using static WhatsAI.Tests.Contacts.ContactSamples;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Campaigns.Audiences;

public sealed class AudienceTests
{
    private static readonly AudiencePolicy _policy = new(Basis: null, new PersonCap(), SaoPaulo);

    public static TheoryData<Exclusion?, AudienceFacts> Cases =>
        new()
        {
            { null, Facts(1) },
            { Exclusion.OptedOut, Facts(1) with { IsSuppressed = true } },
            { Exclusion.OptedOut, Facts(1) with { Consent = ConsentState.OptedOut } },
            { Exclusion.Blocked, Facts(1) with { IsBlocked = true } },
            { Exclusion.Invalid, Facts(1) with { Phone = null } },
            { Exclusion.Invalid, Facts(1) with { Phone = "ramal 2" } },
            { Exclusion.NotOnWhatsApp, Facts(1) with { HasWhatsApp = false } },
            { null, Facts(1) with { HasWhatsApp = null } },
            { Exclusion.UnknownConsent, Facts(1) with { Consent = ConsentState.Unknown } },
            { Exclusion.InConversation, Facts(1) with { IsWithAgent = true } },
            { Exclusion.OverCap, Facts(1) with { Marketing = [Now.AddHours(-2)] } },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Person_is_left_out_for_a_reason(Exclusion? expected, AudienceFacts facts) =>
        new AudienceJudge(_policy, Now).Judge(facts, () => false).ShouldBe(expected);

    [Fact]
    public void Gravest_reason_is_told_so_that_each_counts_once()
    {
        var facts = new AudienceFacts(Contact(1), null, true, true, false, ConsentState.Unknown, true, [Now.AddHours(-2)]);
        Func<AudienceFacts, AudienceFacts>[] lifts =
        [
            f => f,
            f => f with { IsSuppressed = false },
            f => f with { IsBlocked = false },
            f => f with { Phone = Facts(1).Phone },
            f => f with { HasWhatsApp = true },
            f => f with { Phone = Facts(2).Phone },
            f => f with { Consent = ConsentState.OptedIn },
            f => f with { IsWithAgent = false },
            f => f with { Marketing = [] },
        ];

        var told = lifts.Select(lift =>
        {
            var judge = new AudienceJudge(_policy, Now);
            judge.Saw(Facts(1).Phone!);
            return judge.Judge(facts = lift(facts), () => true);
        });

        told.ShouldBe(Enum.GetValues<Exclusion>().Select(e => (Exclusion?)e));
    }

    [Fact]
    public void Same_number_gets_it_once_in_both_spellings()
    {
        var judge = new AudienceJudge(_policy, Now);

        judge.Judge(Facts(1) with { Phone = "+5531987654321" }, () => false).ShouldBeNull();
        judge.Judge(Facts(2) with { Phone = "+553187654321" }, () => false).ShouldBe(Exclusion.Duplicate);
    }

    [Fact]
    public void Who_is_left_out_is_not_reached_through_his_second_contact()
    {
        var judge = new AudienceJudge(_policy, Now);

        judge.Judge(Facts(1) with { Consent = ConsentState.Unknown }, () => false).ShouldBe(Exclusion.UnknownConsent);
        judge.Judge(Facts(2) with { Phone = Facts(1).Phone }, () => false).ShouldBe(Exclusion.Duplicate);
    }

    [Fact]
    public void Legal_basis_lets_in_whose_consent_is_unknown_and_nobody_who_opted_out()
    {
        var policy = _policy with { Basis = LegalBasis.Contract };

        new AudienceJudge(policy, Now).Judge(Facts(1) with { Consent = ConsentState.Unknown }, () => false).ShouldBeNull();
        new AudienceJudge(policy, Now).Judge(Facts(1) with { Consent = ConsentState.OptedOut }, () => false).ShouldBe(Exclusion.OptedOut);
        KeyOf(() => (_policy with { Basis = LegalBasis.Consent }).Checked()).ShouldBe("campaign.basis-invalid");
    }

    [Fact]
    public void Company_may_write_to_those_an_agent_talks_with() =>
        new AudienceJudge(_policy with { SkipsConversations = false }, Now)
            .Judge(Facts(1) with { IsWithAgent = true }, () => false)
            .ShouldBeNull();

    [Fact]
    public void Text_that_would_have_a_hole_is_not_sent_and_asked_for_only_where_it_matters()
    {
        var judge = new AudienceJudge(_policy, Now);

        judge.Judge(Facts(1), () => true).ShouldBe(Exclusion.ValueMissing);
        judge.Judge(Facts(2) with { IsSuppressed = true }, () => throw new InvalidOperationException()).ShouldBe(Exclusion.OptedOut);
    }

    [Fact]
    public void Figures_add_up()
    {
        var judge = new AudienceJudge(_policy, Now);
        for (var i = 0; i < 3; i++)
        {
            judge.Judge(Facts(i), () => false);
            judge.Judge(Facts(i), () => false);
            judge.Judge(Facts(9) with { IsSuppressed = true }, () => false);
        }

        var count = judge.Count;

        (count.Total, count.Included).ShouldBe((9, 3));
        count.Excluded.ShouldBe(new Dictionary<Exclusion, int> { [Exclusion.OptedOut] = 3, [Exclusion.Duplicate] = 3 }, ignoreOrder: true);
        (count.Included + count.Excluded.Values.Sum()).ShouldBe(count.Total);
    }

    [Fact]
    public void What_changed_since_launch_is_asked_again()
    {
        Release(Facts(1)).ShouldBe(new ReleaseStep.Go());
        Release(Facts(1) with { IsSuppressed = true, IsBlocked = true }).ShouldBe(new ReleaseStep.Skip("skipped.opted-out"));
        Release(Facts(1) with { Consent = ConsentState.OptedOut }).ShouldBe(new ReleaseStep.Skip("skipped.opted-out"));
        Release(Facts(1) with { IsBlocked = true }).ShouldBe(new ReleaseStep.Skip("skipped.blocked"));
        Release(Facts(1) with { Consent = ConsentState.Unknown }).ShouldBe(new ReleaseStep.Skip("skipped.no-consent"));
        Release(Facts(1) with { IsWithAgent = true }).ShouldBe(new ReleaseStep.Skip("skipped.with-agent"));
    }

    [Fact]
    public void Who_had_enough_for_now_gets_it_on_the_first_day_that_is_free() =>
        Release(Facts(1) with { Marketing = [Now.AddHours(-1)] }).ShouldBe(new ReleaseStep.Later(new DateOnly(2026, 11, 22)));

    [Fact]
    public void Basis_and_setting_of_the_launch_hold_to_the_end()
    {
        var policy = _policy with { Basis = LegalBasis.Contract, SkipsConversations = false };

        ReleaseRule
            .Decide(Facts(1) with { Consent = ConsentState.Unknown, IsWithAgent = true }, policy, Now)
            .ShouldBe(new ReleaseStep.Go());
    }

    [Fact]
    public void Audience_has_a_source_and_does_not_contradict_itself()
    {
        AudienceSource segment = new AudienceSource.OfSegment(new SegmentId(Guid.NewGuid()));
        AudienceSource tag = new AudienceSource.OfTag(Tag(1));

        new Audience([segment, tag], []).Checked();
        KeyOf(() => new Audience([], [tag]).Checked()).ShouldBe("campaign.audience-invalid");
        KeyOf(() => new Audience([segment, tag], [tag]).Checked()).ShouldBe("campaign.audience-invalid");
        KeyOf(() => new Audience([.. Enumerable.Range(0, 21).Select(i => new AudienceSource.OfTag(Tag(i)))], []).Checked())
            .ShouldBe("campaign.audience-invalid");
    }

    [Fact]
    public void Audience_comes_back_from_json_as_it_was()
    {
        var audience = new Audience(
            [new AudienceSource.OfSegment(new SegmentId(Guid.NewGuid())), new AudienceSource.OfImport(Guid.NewGuid())],
            [new AudienceSource.OfTag(Tag(1))]
        );

        JsonSerializer.Deserialize<Audience>(JsonSerializer.Serialize(audience)).ShouldBe(audience);
    }

    private static ReleaseStep Release(AudienceFacts facts) => ReleaseRule.Decide(facts, _policy, Now);

    private static AudienceFacts Facts(int n) =>
        new(Contact(n), $"+55119555001{n:00}", false, false, true, ConsentState.OptedIn, false, []);
}
