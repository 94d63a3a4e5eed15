using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances;

namespace WhatsAI.Tests.Instances;

/// <summary>Keys that are put together while running have a text too.</summary>
public sealed class NumberTextTests : ComponentContext
{
    private IStringLocalizer<InstancesText> L => Services.GetRequiredService<IStringLocalizer<InstancesText>>();

    public static TheoryData<GatewayFailure> Failures => [.. Enum.GetValues<GatewayFailure>()];

    [Theory]
    [MemberData(nameof(Failures))]
    public void Every_failure_of_a_gateway_has_words(GatewayFailure failure) =>
        Services.GetRequiredService<IStringLocalizer<RuleText>>()[GatewayRules.KeyOf(failure)].ResourceNotFound.ShouldBeFalse();

    [Fact]
    public void Every_verdict_of_a_test_has_words() =>
        Enum.GetValues<GatewayVerdict>().ShouldAllBe(v => !L[$"verdict.{v}"].ResourceNotFound);

    [Theory]
    [MemberData(nameof(NumberFactsTests.Sentences), MemberType = typeof(NumberFactsTests))]
    public void Every_sentence_and_state_has_words(string key, NumberFacts facts, Gravity gravity, InstanceRemedy remedy)
    {
        var now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        var sentence = InstanceSentence.Of(facts, now);

        L["say." + key].ResourceNotFound.ShouldBeFalse();
        NumberWords.Text(sentence, now, TimeZoneInfo.Utc, L).ShouldNotContain("{");
        L["state." + NumberWords.StateOf(facts, sentence).Key].ResourceNotFound.ShouldBeFalse();
        NumberWords.ToneOf(gravity).ShouldBeOneOf(Enum.GetValues<Tone>());
        (remedy is InstanceRemedy.None || !L[$"remedy.{remedy}"].ResourceNotFound).ShouldBeTrue();
    }

    [Theory]
    [InlineData(401, null)]
    [InlineData(402, null)]
    [InlineData(402, 101)]
    [InlineData(402, 102)]
    [InlineData(402, 103)]
    [InlineData(402, 104)]
    [InlineData(402, 106)]
    [InlineData(403, null)]
    [InlineData(406, null)]
    [InlineData(408, null)]
    [InlineData(411, null)]
    [InlineData(428, null)]
    [InlineData(440, null)]
    [InlineData(500, null)]
    [InlineData(503, null)]
    [InlineData(515, null)]
    [InlineData(777, null)]
    [InlineData(null, null)]
    public void Every_close_has_words(int? code, int? reason)
    {
        var before = new ConnectionFacts(InstanceState.Open, DateTimeOffset.UnixEpoch) { OwnJid = "1" };

        var change = ConnectionChange.Of(before, [new InstanceClosed(code, null, reason, null)], DateTimeOffset.UnixEpoch.AddHours(1));

        L[$"log.{change.Lines.ShouldHaveSingleItem().What}"].ResourceNotFound.ShouldBeFalse();
    }
}
