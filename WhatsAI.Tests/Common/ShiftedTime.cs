namespace WhatsAI.Tests.Common;

/// <summary>A copy's clock that goes right and is set wrong.</summary>
public sealed class ShiftedTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
