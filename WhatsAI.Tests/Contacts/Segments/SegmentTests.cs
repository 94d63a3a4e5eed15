using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Tests.Instances.Pools;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Contacts.Segments;

public sealed class SegmentTests
{
    private static readonly Guid _campaign = Guid.NewGuid();
    private static readonly SegmentDay _day = SegmentDay.Of(Now, PoolSamples.SaoPaulo);
    private static readonly SegmentCatalog _catalog = new(
        ContactSamples.AllFields.ToDictionary(f => f.Key),
        new HashSet<TagId> { Tag(1), Tag(2) },
        new HashSet<Guid> { _campaign }
    );

    private static readonly ContactFacts _marina = new()
    {
        Phone = "+5511955500142",
        Tags = new HashSet<TagId> { Tag(1) },
        Consent = ConsentState.OptedIn,
        Fields = new Dictionary<string, FieldValue>
        {
            ["cidade"] = new FieldValue.Text("Santo André"),
            ["total_no_ano"] = new FieldValue.Number(5000),
            ["ultimo_pedido"] = new FieldValue.Date(new DateOnly(2026, 9, 22)),
            ["porte"] = new FieldValue.Choice("Médio"),
            ["vip"] = new FieldValue.YesNo(true),
        },
        AddedAt = Now.AddDays(-10),
        LastFromThem = Now.AddDays(-5),
        Campaigns = new Dictionary<Guid, CampaignReach> { [_campaign] = CampaignReach.Read },
    };

    public static TheoryData<string, SegmentRule, bool> Leaves =>
        new()
        {
            { "tag", new SegmentRule.HasTag(Tag(1)), true },
            { "other tag", new SegmentRule.HasTag(Tag(2)), false },
            { "consent", new SegmentRule.ConsentIs(ConsentState.OptedIn), true },
            { "other consent", new SegmentRule.ConsentIs(ConsentState.Unknown), false },
            { "phone", new SegmentRule.PhoneStarts("+5511"), true },
            { "other phone", new SegmentRule.PhoneStarts("+5521"), false },
            { "word", Field("cidade", new FieldTest.OneOf(["osasco", "SANTO ANDRE"])), true },
            { "part is no word", Field("cidade", new FieldTest.OneOf(["santo"])), false },
            { "part", Field("cidade", new FieldTest.Contains("ândré")), true },
            { "choice", Field("porte", new FieldTest.OneOf(["medio"])), true },
            { "no value", Field("email", new FieldTest.IsSet()), false },
            { "value", Field("vip", new FieldTest.IsSet()), true },
            { "least included", Field("total_no_ano", new FieldTest.NumberWithin(5000, null)), true },
            { "above", Field("total_no_ano", new FieldTest.NumberWithin(5000.01m, null)), false },
            { "most included", Field("total_no_ano", new FieldTest.NumberWithin(null, 5000)), true },
            { "below", Field("total_no_ano", new FieldTest.NumberWithin(null, 4999)), false },
            { "yes", Field("vip", new FieldTest.YesNoIs(true)), true },
            { "no", Field("vip", new FieldTest.YesNoIs(false)), false },
            { "sixty days ago", Field("ultimo_pedido", new FieldTest.DaysAgo(60)), true },
            { "fifty-nine", Field("ultimo_pedido", new FieldTest.DaysAgo(59)), false },
            { "first day included", Field("ultimo_pedido", new FieldTest.DateWithin(new DateOnly(2026, 9, 22), null)), true },
            { "last day included", Field("ultimo_pedido", new FieldTest.DateWithin(null, new DateOnly(2026, 9, 22))), true },
            { "day after", Field("ultimo_pedido", new FieldTest.DateWithin(new DateOnly(2026, 9, 23), null)), false },
            { "not ahead", Field("ultimo_pedido", new FieldTest.DaysAhead(3)), false },
            { "kinds differ", Field("cidade", new FieldTest.NumberWithin(0, null)), false },
            { "wrote", new SegmentRule.LastMessage(MessageWay.FromThem, 5), true },
            { "wrote long ago", new SegmentRule.LastMessage(MessageWay.FromThem, 4), false },
            { "never written to", new SegmentRule.LastMessage(MessageWay.ToThem, 3_660), false },
            { "either", new SegmentRule.LastMessage(MessageWay.Either, 5), true },
            { "new", new SegmentRule.Added(10), true },
            { "not so new", new SegmentRule.Added(9), false },
            { "read", new SegmentRule.InCampaign(_campaign, CampaignReach.Delivered), true },
            { "no reply", new SegmentRule.InCampaign(_campaign, CampaignReach.Replied), false },
            { "any campaign", new SegmentRule.InCampaign(null, CampaignReach.Read), true },
            { "another campaign", new SegmentRule.InCampaign(Guid.Empty, CampaignReach.Sent), false },
        };

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Condition_and_its_opposite_are_never_both_so(string what, SegmentRule rule, bool expected)
    {
        rule.Holds(_marina, _day).ShouldBe(expected, what);
        new SegmentRule.Not(rule).Holds(_marina, _day).ShouldBe(!expected, what);
    }

    [Fact]
    public void Groups_ask_for_all_or_for_any()
    {
        SegmentRule yes = new SegmentRule.HasTag(Tag(1)),
            no = new SegmentRule.HasTag(Tag(2));

        new SegmentRule.All([yes, yes]).Holds(_marina, _day).ShouldBeTrue();
        new SegmentRule.All([yes, no]).Holds(_marina, _day).ShouldBeFalse();
        new SegmentRule.Any([no, yes]).Holds(_marina, _day).ShouldBeTrue();
        new SegmentRule.Any([no, no]).Holds(_marina, _day).ShouldBeFalse();
    }

    [Fact]
    public void Days_are_those_of_the_companys_calendar()
    {
        // 23:30 of the 20th in São Paulo is the 21st in UTC.
        var wrote = new ContactFacts { LastFromThem = new DateTimeOffset(2026, 11, 21, 2, 30, 0, TimeSpan.Zero) };

        new SegmentRule.LastMessage(MessageWay.FromThem, 0).Holds(wrote, _day).ShouldBeFalse();
        new SegmentRule.LastMessage(MessageWay.FromThem, 1).Holds(wrote, _day).ShouldBeTrue();
    }

    [Theory]
    [InlineData("1980-11-21", 0, true)]
    [InlineData("1980-11-20", 0, false)]
    [InlineData("1980-11-28", 7, true)]
    [InlineData("1980-11-29", 7, false)]
    [InlineData("1980-01-02", 60, true)]
    public void Birthday_comes_round_over_the_turn_of_the_year(string born, int days, bool expected) =>
        Birthday(born, days, _day).ShouldBe(expected);

    [Fact]
    public void Birthday_of_29_February_is_on_the_28th_where_the_year_has_none()
    {
        Birthday("1980-02-29", 0, new SegmentDay(new DateOnly(2027, 2, 28), TimeZoneInfo.Utc)).ShouldBeTrue();
        Birthday("1980-02-29", 0, new SegmentDay(new DateOnly(2028, 2, 28), TimeZoneInfo.Utc)).ShouldBeFalse();
        Birthday("1980-02-29", 0, new SegmentDay(new DateOnly(2028, 2, 29), TimeZoneInfo.Utc)).ShouldBeTrue();
    }

    public static TheoryData<string, SegmentRule> Wrong =>
        new()
        {
            { "segment-bad.empty", new SegmentRule.All([]) },
            { "segment-bad.empty", new SegmentRule.Not(new SegmentRule.Any([])) },
            { "segment-bad.tag-gone", new SegmentRule.HasTag(Tag(9)) },
            { "segment-bad.field-gone", Field("email", new FieldTest.IsSet()) },
            { "segment-bad.kind", Field("cidade", new FieldTest.NumberWithin(1, 2)) },
            { "segment-bad.kind", Field("total_no_ano", new FieldTest.Contains("x")) },
            { "segment-bad.kind", Field("vip", new FieldTest.OneOf(["x"])) },
            { "segment-bad.kind", Field("cidade", new FieldTest.DaysAgo(1)) },
            { "segment-bad.kind", Field("cidade", new FieldTest.YesNoIs(true)) },
            { "segment-bad.value", Field("cidade", new FieldTest.OneOf([])) },
            { "segment-bad.value", Field("cidade", new FieldTest.Contains(" ")) },
            { "segment-bad.value", Field("cidade", new FieldTest.Contains(new string('x', 201))) },
            { "segment-bad.value", Field("total_no_ano", new FieldTest.NumberWithin(null, null)) },
            { "segment-bad.value", Field("total_no_ano", new FieldTest.NumberWithin(2, 1)) },
            { "segment-bad.value", Field("ultimo_pedido", new FieldTest.DateWithin(new DateOnly(2026, 2, 1), new DateOnly(2026, 1, 1))) },
            { "segment-bad.days", Field("ultimo_pedido", new FieldTest.DaysAgo(-1)) },
            { "segment-bad.days", Field("ultimo_pedido", new FieldTest.DaysAhead(3_661)) },
            { "segment-bad.days", Field("ultimo_pedido", new FieldTest.Anniversary(366)) },
            { "segment-bad.days", new SegmentRule.Added(-1) },
            { "segment-bad.days", new SegmentRule.LastMessage(MessageWay.Either, 10_000) },
            { "segment-bad.phone", new SegmentRule.PhoneStarts("11") },
            { "segment-bad.phone", new SegmentRule.PhoneStarts("+%") },
            { "segment-bad.campaign-gone", new SegmentRule.InCampaign(Guid.Empty, CampaignReach.Sent) },
            { "segment-bad.value", new SegmentRule.ConsentIs((ConsentState)9) },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_kept_is_said_where_it_stands(string key, SegmentRule rule)
    {
        var problem = SegmentCheck.Problems(new SegmentRule.All([new SegmentRule.HasTag(Tag(1)), rule]), _catalog).ShouldHaveSingleItem();

        problem.Key.ShouldBe(key);
        problem.Rule.ShouldBe(rule is SegmentRule.Not not ? not.Rule : rule);
    }

    [Fact]
    public void Good_rules_have_no_problems() =>
        Leaves
            .Select(l => l.Data.Item2)
            .Where(r =>
                r is not (SegmentRule.InCampaign { Campaign: not null } or SegmentRule.FieldIs { Field: "email" }) && !IsOfOtherKind(r)
            )
            .SelectMany(r => SegmentCheck.Problems(r, _catalog))
            .ShouldBeEmpty();

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        SegmentRule leaf = new SegmentRule.HasTag(Tag(1));
        var deep = leaf;
        for (var i = 0; i < SegmentCheck.MaxDepth - 1; i++)
        {
            deep = new SegmentRule.Not(new SegmentRule.All([deep]));
        }

        SegmentCheck.Problems(deep, _catalog).ShouldBeEmpty();
        SegmentCheck.Problems(new SegmentRule.Any([deep]), _catalog).ShouldHaveSingleItem().Key.ShouldBe("segment-bad.too-deep");
        SegmentCheck.Problems(new SegmentRule.All([.. Enumerable.Repeat(leaf, 99)]), _catalog).ShouldBeEmpty();
        SegmentCheck
            .Problems(new SegmentRule.All([.. Enumerable.Repeat(leaf, 100)]), _catalog)
            .ShouldHaveSingleItem()
            .Key.ShouldBe("segment-bad.too-large");
    }

    [Fact]
    public void Rule_says_what_it_uses()
    {
        var (fields, tags) = SegmentCheck.Uses(
            new SegmentRule.Any([new SegmentRule.Not(Field("vip", new FieldTest.IsSet())), new SegmentRule.HasTag(Tag(2))])
        );

        fields.ShouldBe(["vip"]);
        tags.ShouldBe([Tag(2)]);
    }

    [Fact]
    public void Rule_comes_back_from_json_as_it_was()
    {
        foreach (var rule in Leaves.Select(l => l.Data.Item2).Concat(Wrong.Select(w => w.Data.Item2)))
        {
            var whole = new SegmentRule.All([new SegmentRule.Not(rule), new SegmentRule.Any([rule])]);
            if (rule is not SegmentRule.ConsentIs { State: (ConsentState)9 })
            {
                SegmentJson.Read(SegmentJson.Write(whole)).ShouldBe(whole);
            }
        }
    }

    [Fact]
    public void Json_says_what_people_mean() =>
        SegmentJson
            .Write(Field("cidade", new FieldTest.OneOf(["Osasco"])))
            .ShouldBe("""{"k":"field","field":"cidade","test":{"k":"one-of","words":["Osasco"]}}""");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"k":"sql","text":"drop table"}""")]
    [InlineData("""{"k":"all"}""")]
    [InlineData("""{"k":"all","rules":[null]}""")]
    [InlineData("""{"k":"not"}""")]
    [InlineData("""{"k":"field","field":"x"}""")]
    [InlineData("""{"k":"field","field":"x","test":{"k":"one-of","words":[null]}}""")]
    [InlineData("""{"k":"consent","state":1}""")]
    [InlineData("""{"k":"consent","state":"Never"}""")]
    [InlineData("""{"k":"tag","tag":{"value":"x"}}""")]
    [InlineData("""{"k":"phone"}""")]
    [InlineData("""{"k":"added","days":1,"or":"1=1"}""")]
    public void What_is_no_rule_is_not_read(string json) => SegmentJson.Read(json).ShouldBeNull();

    [Fact]
    public void Json_ten_thousand_deep_is_not_read()
    {
        var json = string.Concat(Enumerable.Repeat("""{"k":"not","of":""", 10_000)) + "1" + new string('}', 10_000);

        SegmentJson.Read(json).ShouldBeNull();
        SegmentJson.Read(json.Replace("\"rule\"", "\"of\"", StringComparison.Ordinal)).ShouldBeNull();
    }

    [Fact]
    public void Any_string_is_read_or_refused_without_an_exception() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                ArbMap.Default.ArbFor<string>(),
                text =>
                {
                    SegmentJson.Read(text ?? "").ShouldBeNull();
                    SegmentJson.Read($$"""{"k":"phone","prefix":{{System.Text.Json.JsonSerializer.Serialize(text)}}}""");
                }
            )
        );

    [Fact]
    public void Segment_keeps_a_good_rule_and_refuses_the_others()
    {
        var segment = new Segment(Id.New<SegmentId>(Now), Tenant, " Clientes  ativos ", new SegmentRule.Added(1), _catalog, Now);

        (segment.Name, segment.FoldedName).ShouldBe(("Clientes ativos", "clientesativos"));
        KeyOf(() => segment.Change("x", new SegmentRule.Added(-1), _catalog)).ShouldBe("segment.rule-invalid");
        KeyOf(() => segment.Change("", new SegmentRule.Added(1), _catalog)).ShouldBe("segment.name-invalid");
        segment.Rule.ShouldBe(new SegmentRule.Added(1));
    }

    private static bool IsOfOtherKind(SegmentRule rule) => rule is SegmentRule.FieldIs { Field: "cidade", Test: FieldTest.NumberWithin };

    private static SegmentRule.FieldIs Field(string key, FieldTest test) => new(key, test);

    private static bool Birthday(string born, int days, SegmentDay day) =>
        Field("nascimento", new FieldTest.Anniversary(days))
            .Holds(
                new ContactFacts
                {
                    Fields = new Dictionary<string, FieldValue>
                    {
                        ["nascimento"] = new FieldValue.Date(DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture)),
                    },
                },
                day
            );
}
