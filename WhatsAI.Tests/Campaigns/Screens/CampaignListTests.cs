using System.Globalization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Web.Campaigns.Lists;
using WhatsAI.Web.Campaigns.Settings;

namespace WhatsAI.Tests.Campaigns.Screens;

public sealed class CampaignListTests
{
    public CampaignListTests() => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("pt-BR");

    [Theory]
    [InlineData("running", CampaignState.Running)]
    [InlineData("Paused", CampaignState.Paused)]
    [InlineData("3", null)]
    [InlineData("-1", null)]
    [InlineData("none", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void State_in_the_address_is_one_there_is(string? word, CampaignState? state)
    {
        CampaignList.StateOf(word).ShouldBe(state);
        Enum.GetValues<CampaignState>().ShouldAllBe(s => CampaignList.StateOf(CampaignList.Word(s)) == s);
    }

    [Fact]
    public void Copy_of_a_long_name_is_a_name_that_may_be_kept()
    {
        var copy = CampaignList.CopyName(new string('a', Campaign.MaxNameLength - 9) + "😀😀😀😀", "{0} (cópia)");

        copy.Length.ShouldBeLessThanOrEqualTo(Campaign.MaxNameLength);
        copy.ShouldEndWith(" (cópia)");
        copy.EnumerateRunes().ShouldNotContain(System.Text.Rune.ReplacementChar);
        CampaignList.CopyName("Natal", "{0} (cópia)").ShouldBe("Natal (cópia)");
    }

    [Fact]
    public void Start_is_said_in_the_zone_it_was_meant_in()
    {
        var now = new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero);

        CampaignList
            .Start(new CampaignSchedule(new DateTime(2026, 12, 1, 9, 0, 0), "America/Manaus"), now)
            .ShouldEndWith("09:00, America/Manaus (UTC−04:00)");
        CampaignList.Start(new CampaignSchedule(new DateTime(2027, 1, 4, 9, 0, 0), "America/Manaus"), now).ShouldContain("2027");
        CampaignList.Start(new CampaignSchedule(new DateTime(2026, 12, 1, 9, 0, 0), "Nowhere/At_All"), now).ShouldEndWith("Nowhere/At_All");
    }

    [Theory]
    [InlineData("", true, null)]
    [InlineData(" 0,35 ", true, "0.35")]
    [InlineData("0.3512", true, "0.3512")]
    [InlineData("1.234,56", false, null)]
    [InlineData("-1", false, null)]
    [InlineData("0,12345", false, null)]
    [InlineData("R$ 1", false, null)]
    public void Price_is_read_with_a_comma_or_a_point(string typed, bool isRead, string? price)
    {
        var form = new CampaignSettingsForm { Price = typed };

        form.TryRead(7, out var view).ShouldBe(isRead);
        view.Price.ShouldBe(price is null ? null : decimal.Parse(price, CultureInfo.InvariantCulture));
        view.Version.ShouldBe(7u);
    }

    [Fact]
    public void Form_gives_back_what_it_was_filled_with()
    {
        var view = new CampaignSettingsView(new PersonCap(2, 5), new ApprovalPolicy(0), SkipsConversations: false, 1.5m, 3);

        CampaignSettingsForm.Of(view).TryRead(3, out var read).ShouldBeTrue();

        read.ShouldBe(view);
    }
}
