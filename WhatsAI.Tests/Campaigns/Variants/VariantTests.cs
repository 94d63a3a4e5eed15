using WhatsAI.Core.Campaigns.Variants;

namespace WhatsAI.Tests.Campaigns.Variants;

public sealed class VariantTests
{
    private static readonly VariantSet _fixed = new([new Variant("A", "a", 1), new Variant("B", "b", 3), new Variant("C", "c", 0)]);
    private static readonly VariantSet _shifting = new(
        [new Variant("A", "a"), new Variant("B", "b"), new Variant("C", "c")],
        VariantMix.Shifting
    );

    [Fact]
    public void Fixed_shares_follow_the_weights_whatever_comes_back() =>
        VariantShares
            .Of(_fixed, [new VariantResult("A", 1_000, 900), new VariantResult("B", 1_000, 1)], 1)
            .ShouldBe([new VariantShare("A", 0.25), new VariantShare("B", 0.75)]);

    [Fact]
    public void Nothing_shifts_before_each_has_been_tried_enough()
    {
        VariantResult[] results = [new("A", 49, 0), new("B", 500, 200), new("C", 500, 0)];

        VariantShares.Of(_shifting, results, 1).ShouldBe(VariantShares.Fixed(_shifting));
        VariantShares.Of(_shifting, [.. results.Skip(1), new("A", 50, 0)], 1).ShouldNotBe(VariantShares.Fixed(_shifting));
    }

    [Fact]
    public void Better_one_gets_more_up_to_the_ceiling_and_the_others_keep_the_floor()
    {
        var shares = VariantShares
            .Of(_shifting, [new("A", 1_000, 50), new("B", 1_000, 200), new("C", 1_000, 60)], 1)
            .ToDictionary(s => s.Key, s => s.Share);

        shares["B"].ShouldBe(VariantShares.Ceiling, 1e-9);
        shares["A"].ShouldBeGreaterThanOrEqualTo(VariantShares.Floor);
        shares["C"].ShouldBeGreaterThanOrEqualTo(VariantShares.Floor);
        shares.Values.Sum().ShouldBe(1, 1e-9);
    }

    [Fact]
    public void Equal_ones_stay_about_equal() =>
        VariantShares
            .Of(_shifting, [new("A", 500, 50), new("B", 500, 50), new("C", 500, 50)], 1)
            .ShouldAllBe(s => Math.Abs(s.Share - (1d / 3)) < 0.05);

    [Fact]
    public void Shares_are_the_same_for_a_seed_and_within_bounds_for_any()
    {
        VariantResult[] results = [new("A", 80, 9), new("B", 90, 12), new("C", 70, 5)];

        VariantShares.Of(_shifting, results, 7).ShouldBe(VariantShares.Of(_shifting, results, 7));
        for (var seed = 0; seed < 20; seed++)
        {
            var shares = VariantShares.Of(_shifting, results, seed);
            shares.Sum(s => s.Share).ShouldBe(1, 1e-9);
            shares.ShouldAllBe(s => s.Share >= VariantShares.Floor - 1e-9 && s.Share <= VariantShares.Ceiling + 1e-9);
        }
    }

    [Fact]
    public void Twenty_variants_of_which_one_is_answered_keep_their_floors()
    {
        var set = new VariantSet([.. Enumerable.Range(0, 20).Select(i => new Variant($"{(char)('A' + i)}", $"{i}"))], VariantMix.Shifting);

        var shares = VariantShares.Of(set, [.. set.Variants.Select((v, i) => new VariantResult(v.Key, 500, i == 3 ? 200 : 5))], 1);

        shares.Sum(s => s.Share).ShouldBe(1, 1e-9);
        shares.ShouldAllBe(s => s.Share >= VariantShares.Floor - 1e-9);
    }

    [Fact]
    public void Recipient_gets_the_same_variant_each_time_it_is_asked_and_all_together_the_shares()
    {
        var (campaign, shares) = (Guid.NewGuid(), VariantShares.Fixed(_fixed));
        var drawn = Enumerable
            .Range(0, 10_000)
            .Select(_ => Guid.NewGuid())
            .Select(c => (Contact: c, Key: VariantShares.Draw(shares, campaign, c)))
            .ToArray();

        drawn.ShouldAllBe(d => VariantShares.Draw(shares, campaign, d.Contact) == d.Key);
        drawn.Count(d => d.Key == "B").ShouldBeInRange(7_250, 7_750);
        drawn.Count(d => d.Key == "C").ShouldBe(0);
    }

    // Physicians' Health Study, 1989: heart attacks with aspirin and with placebo. Published: z = 5.00.
    [Fact]
    public void Known_trial_comes_out_as_published()
    {
        var comparison = VariantComparison.Of(new VariantResult("placebo", 11_034, 189), new VariantResult("aspirin", 11_037, 104));

        comparison.Z.ShouldBe(5.0014, 0.0001);
        comparison.P.ShouldBe(5.69e-7, 1e-9);
        comparison.Certainty.ShouldBe(Certainty.Clear);
    }

    [Theory]
    [InlineData(1000, 250, 1000, 200, 2.6774, 0.007420, Certainty.Clear)]
    [InlineData(500, 60, 500, 40, 2.1082, 0.035015, Certainty.Likely)]
    [InlineData(1000, 120, 1000, 100, 1.4293, 0.152918, Certainty.NoDifference)]
    [InlineData(1000, 100, 1000, 120, -1.4293, 0.152918, Certainty.NoDifference)]
    [InlineData(100, 11, 100, 3, 2.2171, 0.026617, Certainty.TooFew)]
    [InlineData(99, 50, 1000, 100, 11.1982, 0, Certainty.TooFew)]
    [InlineData(100, 30, 100, 20, 1.6330, 0.102470, Certainty.NoDifference)]
    public void Figures_are_said_in_words(int n1, int x1, int n2, int x2, double z, double p, Certainty certainty)
    {
        var comparison = VariantComparison.Of(new VariantResult("A", n1, x1), new VariantResult("B", n2, x2));

        comparison.Z.ShouldBe(z, 0.0001);
        comparison.P.ShouldBe(p, 0.00001);
        comparison.Certainty.ShouldBe(certainty);
    }

    [Theory]
    [InlineData(0, 0, 10, 5)]
    [InlineData(10, 5, 0, 0)]
    [InlineData(500, 0, 500, 0)]
    [InlineData(500, 500, 500, 500)]
    public void Nothing_sent_or_nothing_that_differs_proves_nothing(int n1, int x1, int n2, int x2) =>
        VariantComparison
            .Of(new VariantResult("A", n1, x1), new VariantResult("B", n2, x2))
            .ShouldBe(new VariantComparison(Certainty.TooFew, 0, 1), new Loose());

    [Fact]
    public void Best_one_has_to_beat_each_other_one()
    {
        VariantVerdict
            .Of([new("A", 1_000, 100), new("B", 1_000, 200), new("C", 1_000, 110)])
            .ShouldBe(new VariantVerdict(Certainty.Clear, "B", 99));
        VariantVerdict
            .Of([new("A", 1_000, 100), new("B", 1_000, 200), new("C", 1_000, 195)])
            .ShouldBe(new VariantVerdict(Certainty.NoDifference));
        VariantVerdict.Of([new("A", 1_000, 100), new("B", 1_000, 200), new("C", 20, 1)]).ShouldBe(new VariantVerdict(Certainty.TooFew));
        VariantVerdict.Of([new("A", 1_000, 100)]).ShouldBe(new VariantVerdict(Certainty.TooFew));
    }

    [Fact]
    public void Who_looks_at_many_is_held_to_more()
    {
        VariantVerdict.Of([new("A", 500, 60), new("B", 500, 40)]).ShouldBe(new VariantVerdict(Certainty.Likely, "A", 96));
        VariantVerdict.Of([new("A", 500, 60), new("B", 500, 40), new("C", 500, 40)]).Certainty.ShouldBe(Certainty.NoDifference);
    }

    private sealed class Loose : IEqualityComparer<VariantComparison>
    {
        public bool Equals(VariantComparison? x, VariantComparison? y) =>
            x!.Certainty == y!.Certainty && Math.Abs(x.Z) < 1e-9 && Math.Abs(x.P - y.P) < 1e-6;

        public int GetHashCode(VariantComparison obj) => 0;
    }
}
