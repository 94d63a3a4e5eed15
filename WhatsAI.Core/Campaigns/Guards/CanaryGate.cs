using WhatsAI.Core.Common;

namespace WhatsAI.Core.Campaigns.Guards;

/// <summary>The first part of a campaign goes alone, and the rest only if it comes back well.</summary>
/// <param name="Percent">Of the recipients; 0 for no such part.</param>
/// <param name="Least">Recipients it has at least: of three messages nothing can be learned.</param>
/// <param name="Wait">After its last message.</param>
/// <param name="LeastDelivered">Share of its messages that must have arrived by then, 0 to 1.</param>
public sealed record CanaryPolicy(int Percent = 5, int Least = 30, TimeSpan? Wait = null, double LeastDelivered = 0.8)
{
    public static readonly TimeSpan DefaultWait = TimeSpan.FromMinutes(30);

    public TimeSpan Waits => Wait ?? DefaultWait;

    /// <exception cref="RuleException">Something is out of bounds.</exception>
    public CanaryPolicy Checked() =>
        Percent is >= 0 and <= 50
        && Least is >= 1 and <= 1_000
        && Waits >= TimeSpan.Zero
        && Waits <= TimeSpan.FromDays(2)
        && LeastDelivered is >= 0 and <= 1
            ? this
            : throw new RuleException("campaign.canary-invalid");

    /// <summary>Of so many recipients; all of them where the campaign is hardly larger.</summary>
    public int SizeOf(int recipients) =>
        Percent == 0 ? recipients : Math.Min(recipients, Math.Max(Least, (int)Math.Ceiling(recipients * (Percent / 100d))));
}

/// <summary>How the first part stands.</summary>
/// <param name="Released">Recipients handed to the queue so far.</param>
/// <param name="Settled">Of those, with an outcome that is no "queued" or "sending".</param>
/// <param name="Delivered">Of those, arrived, read or answered.</param>
/// <param name="Unsent">Of the settled, left out after all: nothing is to be expected of them.</param>
/// <param name="LastSentAt">When the last of them went out.</param>
public sealed record CanaryState(
    int Recipients,
    int Released,
    int Settled,
    int Delivered,
    int Unsent,
    DateTimeOffset? LastSentAt,
    CampaignTally Tally
);

/// <summary>What may be handed to the queue now.</summary>
public abstract record CanaryStep
{
    private CanaryStep() { }

    /// <summary>So many more, then no more until the gate opens.</summary>
    public sealed record Release(int More) : CanaryStep;

    /// <summary>The first part is out; its outcome is waited for.</summary>
    /// <param name="Until">Null while some of its messages have not gone.</param>
    public sealed record Wait(DateTimeOffset? Until) : CanaryStep;

    /// <summary>All others may go.</summary>
    public sealed record Open : CanaryStep;

    /// <summary>The campaign is paused.</summary>
    /// <param name="Causes">Resource keys below "held.".</param>
    public sealed record Close(IReadOnlyList<string> Causes) : CanaryStep;
}

public static class CanaryGate
{
    /// <param name="passed">A person let the rest go, or the gate was open before.</param>
    public static CanaryStep Decide(CanaryPolicy policy, CanaryState state, bool passed, DateTimeOffset now)
    {
        var size = policy.SizeOf(state.Recipients);
        if (passed || size >= state.Recipients)
        {
            return new CanaryStep.Open();
        }

        // Bad news need not be waited for.
        if (state.Tally.Bad is { Count: > 0 } bad)
        {
            return new CanaryStep.Close(bad);
        }

        if (state.Released < size)
        {
            return new CanaryStep.Release(size - state.Released);
        }

        if (state.Settled < state.Released)
        {
            return new CanaryStep.Wait(null);
        }

        var until = (state.LastSentAt ?? DateTimeOffset.MinValue) + policy.Waits;
        if (until > now)
        {
            return new CanaryStep.Wait(until);
        }

        var expected = state.Settled - state.Unsent;
        return expected > 0 && state.Delivered < expected * policy.LeastDelivered
            ? new CanaryStep.Close(["held.not-delivered"])
            : new CanaryStep.Open();
    }
}
