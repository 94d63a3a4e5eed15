using FsCheck;
using FsCheck.Fluent;

namespace WhatsAI.Tests.Instances.Pools.Pace;

public sealed class PaceOverTimeTests
{
    [Fact]
    public void Ninety_days_of_chance_break_no_rule()
    {
        var sent = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(12),
            Prop.ForAll(
                Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
                seed =>
                {
                    var world = new PaceWorld(seed);
                    world.Run();
                    sent += world.Attempts.Count;
                    return PaceJudge.Broken(world).FirstOrDefault() is not { } broken
                        ? true.ToProperty()
                        : false.Label($"seed {seed}: {broken}");
                }
            )
        );

        sent.ShouldBeGreaterThan(12 * 1_000, "a world in which little is sent proves little");
    }
}
