using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>How far away a time may be that something is put off to.</summary>
public static class LaterLimit
{
    public const int Days = 365;

    /// <exception cref="RuleException">It is over, or too far away.</exception>
    public static DateTimeOffset Check(DateTimeOffset at, DateTimeOffset now) =>
        at <= now ? throw new RuleException("later.past")
        : at > now.AddDays(Days) ? throw new RuleException("later.too-far", Days)
        : at;
}
