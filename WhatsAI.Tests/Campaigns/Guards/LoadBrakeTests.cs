using WhatsAI.Core.Campaigns.Guards;

namespace WhatsAI.Tests.Campaigns.Guards;

public sealed class LoadBrakeTests
{
    [Theory]
    [InlineData(0, 50, 1)]
    [InlineData(50, 50, 1)]
    [InlineData(51, 50, 0.9)]
    [InlineData(60, 50, 0.8)]
    [InlineData(75, 50, 0.5)]
    [InlineData(100, 50, 0.1)]
    [InlineData(900, 50, 0.1)]
    [InlineData(3, 0, 0.1)]
    [InlineData(0, 0, 1)]
    [InlineData(900, null, 1)]
    public void Campaign_slows_while_customers_wait(int unanswered, int? capacity, double factor) =>
        LoadBrake.Next(BrakeState.Free, new AgentLoad(unanswered, capacity)).Factor.ShouldBe(factor, 1e-9);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(int.MaxValue)]
    public void So_many_as_are_counted_brake_as_all_of_them_do(int capacity) =>
        LoadBrake
            .Next(BrakeState.Free, new AgentLoad(LoadBrake.MostCounted(capacity), capacity))
            .Factor.ShouldBe(capacity == int.MaxValue ? 1 : LoadBrake.Least);

    [Fact]
    public void Brake_lets_go_only_well_below_the_capacity()
    {
        var braking = LoadBrake.Next(BrakeState.Free, new AgentLoad(60, 50));

        LoadBrake.Next(braking, new AgentLoad(45, 50)).Factor.ShouldBe(0.9);
        LoadBrake.Next(braking, new AgentLoad(40, 50)).ShouldBe(BrakeState.Free);
        LoadBrake.Next(BrakeState.Free, new AgentLoad(45, 50)).ShouldBe(BrakeState.Free);
    }

    [Fact]
    public void Gap_grows_as_the_pace_shrinks() =>
        new BrakeState(0.5).Stretched(TimeSpan.FromSeconds(50)).ShouldBe(TimeSpan.FromSeconds(100));
}
