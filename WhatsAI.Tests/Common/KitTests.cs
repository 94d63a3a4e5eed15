using Bunit;
using Microsoft.AspNetCore.Components;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Common;

public sealed class KitTests : ComponentContext
{
    [Theory]
    [InlineData("Marina Albuquerque", "MA")]
    [InlineData("josé", "J")]
    [InlineData("Ana de Souza Prado", "AP")]
    [InlineData("🌻 Flor do Campo", "FC")]
    [InlineData("+55 11 95550-0142", "")]
    [InlineData("", "")]
    public void Initials_are_of_the_first_and_last_word(string name, string expected) => Initials.Of(name).ShouldBe(expected);

    [Fact]
    public void Category_of_a_key_never_changes()
    {
        Category.Of("aurora").ShouldBe(Category.Of("aurora"));
        Enumerable.Range(0, 500).Select(i => Category.Of($"key {i}")).Distinct().Order().ShouldBe(Enumerable.Range(1, Category.Count));
    }

    [Theory]
    [InlineData(497, 600, "82.83%")]
    [InlineData(700, 600, "100%")]
    [InlineData(-1, 600, "0%")]
    [InlineData(5, 0, "0%")]
    public void Bar_stays_within_its_track(double value, double max, string width)
    {
        var bar = Render<Bar>(p => p.Add(b => b.Value, value).Add(b => b.Max, max).Add(b => b.Label, "Today"));

        bar.Find(".bar").GetAttribute("style").ShouldBe($"--v:{width}");
    }

    [Fact]
    public void Bar_marks_a_share_of_its_maximum()
    {
        var bar = Render<Bar>(p => p.Add(b => b.Value, 1).Add(b => b.Max, 500).Add(b => b.Mark, 0.8).Add(b => b.Label, "Today"));

        bar.Find(".bar > b").GetAttribute("style").ShouldBe("--m:80%");
    }

    [Fact]
    public void Count_above_ninety_nine_is_cut_and_zero_is_nothing()
    {
        Render<CountBadge>(p => p.Add(c => c.Value, 312).Add(c => c.Label, "312 unread"))
            .Find("[aria-label='312 unread']")
            .TextContent.ShouldBe("99+");
        Render<CountBadge>(p => p.Add(c => c.Value, 0).Add(c => c.Label, "")).Markup.Trim().ShouldBeEmpty();
    }

    [Fact]
    public void Sparkline_runs_from_edge_to_edge_with_zero_at_the_bottom()
    {
        SparklinePath.Of([0, 10, 5], 28).ShouldBe("M0 27 L50 1 L100 14");
        SparklinePath.Of([0, 0], 28).ShouldBe("M0 27 L100 27");
        SparklinePath.Of([3], 28).ShouldBeEmpty();
    }

    [Fact]
    public void Confirm_waits_for_the_name()
    {
        var confirmed = false;
        var dialog = Render<ConfirmDialog>(p =>
            p.Add(d => d.Open, true)
                .Add(d => d.Title, "Delete?")
                .Add(d => d.Text, "Gone for good.")
                .Add(d => d.ConfirmText, "Delete number")
                .Add(d => d.Name, "Sales 04")
                .Add(d => d.OnConfirm, EventCallback.Factory.Create(this, () => confirmed = true))
        );
        dialog.Find(".btn-primary").HasAttribute("disabled").ShouldBeTrue();

        dialog.Find("input").Input("sales 04 ");
        dialog.Find(".btn-primary").Click();

        confirmed.ShouldBeTrue();
    }

    [Fact]
    public void Search_is_told_once_typing_pauses()
    {
        var told = new List<string>();
        var box = Render<SearchBox>(p =>
            p.Add(s => s.Placeholder, "Search").Add(s => s.ValueChanged, EventCallback.Factory.Create<string>(this, told.Add))
        );

        box.Find("input").Input("an");
        Time.Advance(TimeSpan.FromMilliseconds(200));
        box.Find("input").Input("ana");
        Time.Advance(TimeSpan.FromMilliseconds(200));
        told.ShouldBeEmpty();
        Time.Advance(TimeSpan.FromMilliseconds(100));

        box.WaitForAssertion(() => told.ShouldBe(["ana"]));
    }

    [Fact]
    public void Search_cleared_is_told_at_once()
    {
        var told = new List<string>();
        var box = Render<SearchBox>(p =>
            p.Add(s => s.Placeholder, "Search")
                .Add(s => s.Value, "ana")
                .Add(s => s.ValueChanged, EventCallback.Factory.Create<string>(this, told.Add))
        );

        box.Find("button").Click();

        told.ShouldBe([""]);
    }

    [Fact]
    public void Segment_chosen_is_given_back()
    {
        var chosen = 0;
        var control = Render<SegmentSwitch<int>>(p =>
            p.Add(s => s.Options, [new Segment<int>(1, "30 min"), new Segment<int>(2, "2 h")])
                .Add(s => s.Value, 1)
                .Add(s => s.Label, "Window")
                .Add(s => s.ValueChanged, EventCallback.Factory.Create<int>(this, v => chosen = v))
        );

        control.FindAll("[role=radio]")[1].Click();

        chosen.ShouldBe(2);
        control.FindAll("[role=radio]").Select(r => r.GetAttribute("tabindex")).ShouldBe(["0", "-1"]);
    }

    [Fact]
    public void Banner_interrupts_only_when_critical()
    {
        Render<Banner>(p => p.Add(b => b.Tone, Tone.Critical).Add(b => b.Icon, "dns"))
            .Find(".banner")
            .GetAttribute("role")
            .ShouldBe("alert");
        Render<Banner>(p => p.Add(b => b.Tone, Tone.Warn).Add(b => b.Icon, "speed"))
            .Find(".banner")
            .GetAttribute("role")
            .ShouldBe("status");
    }
}
