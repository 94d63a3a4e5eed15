using Bunit;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Instances;

namespace WhatsAI.Tests.Instances;

public sealed class NumberPartsTests : ComponentContext
{
    [Fact]
    public void Delete_waits_for_the_numbers_name()
    {
        var deleted = 0;
        var zone = Render<DangerZone>(p => p.Add(z => z.Name, "Vendas 01").Add(z => z.OnDelete, () => deleted++));

        zone.FindAll("button").Single(b => b.TextContent.Contains("Delete number")).Click();
        var confirm = () => zone.FindAll("dialog button").Single(b => b.TextContent.Trim() == "Delete number");
        confirm().HasAttribute("disabled").ShouldBeTrue();
        zone.Find("dialog input").Input("Vendas 01");
        confirm().Click();

        deleted.ShouldBe(1);
        zone.FindAll("dialog").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("gateway.unauthorized", "The gateway refuses the key")]
    [InlineData("gateway.unreachable", "The gateway cannot be reached")]
    [InlineData("gateway.licence-required", "waits for its licence")]
    [InlineData("gateway.unclear", "could not help")]
    [InlineData(null, "Nobody read the codes")]
    public void Problem_says_what_to_do(string? rule, string title)
    {
        var problem = Render<PairingProblem>(p => p.Add(x => x.Rule, rule).Add(x => x.ServerName, "evolution-1"));

        problem.Find(".banner-title").TextContent.ShouldContain(title);
        problem.FindAll("ol.steps li").Count.ShouldBe(rule is null ? 0 : 3);
    }

    [Theory]
    [InlineData(GatewayVerdict.Fine, "tone-ok")]
    [InlineData(GatewayVerdict.Slow, "tone-warn")]
    [InlineData(GatewayVerdict.TooNew, "tone-warn")]
    [InlineData(GatewayVerdict.WrongKey, "tone-critical")]
    public void Test_result_is_colour_icon_and_words(GatewayVerdict verdict, string tone)
    {
        var result = Render<GatewayTestResult>(p => p.Add(r => r.Test, new GatewayTest(verdict, "2.3.6", TimeSpan.FromMilliseconds(84))));

        result.Find("p").ClassList.ShouldContain(tone);
        result.Markup.ShouldContain("version 2.3.6");
        result.Markup.ShouldContain("84 ms");
    }

    [Fact]
    public void Card_offers_its_remedy_only_to_who_may_use_it()
    {
        var now = Time.GetUtcNow();
        var facts = new NumberFacts(new ConnectionFacts(InstanceState.LoggedOut, now.AddMinutes(-5)) { OwnJid = "1" }, 0, 0, null);
        var view = NumberCardView.Of(new NumberRow(new InstanceId(Guid.NewGuid()), "Vendas", "e1", facts, new double[24], 0, 0, null), now);

        var with = Render<NumberCard>(p =>
            p.Add(c => c.Card, view)
                .Add(c => c.Now, now)
                .Add(c => c.Zone, TimeZoneInfo.Utc)
                .Add(c => c.Href, "/x")
                .Add(c => c.CanHelp, true)
        );
        var without = Render<NumberCard>(p =>
            p.Add(c => c.Card, view).Add(c => c.Now, now).Add(c => c.Zone, TimeZoneInfo.Utc).Add(c => c.Href, "/x")
        );

        with.Find(".number-say button").TextContent.ShouldBe("Scan QR");
        without.FindAll(".number-say button").ShouldBeEmpty();
        with.Find(".number-say").TextContent.ShouldContain("5 min");
        with.Find(".pill").TextContent.ShouldContain("Logged out");
    }
}
