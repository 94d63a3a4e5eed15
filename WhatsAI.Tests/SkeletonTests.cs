namespace WhatsAI.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Runs() => (1 + 1).ShouldBe(2);
}
