using WhatsAI.Core.Instances.Pools.Health;

namespace WhatsAI.Core.Instances.Pools.Pace;

/// <summary>What holds of a campaign message now, whatever held when it was queued.</summary>
/// <param name="IsSuppressed">The person has opted out, of any number of the company.</param>
/// <param name="IsBlocked">The conversation is blocked.</param>
/// <param name="HeldBy">Who holds it (the ledger's <c>held_by</c>); null for nobody.</param>
public sealed record CampaignMessage(Reach Reach, bool IsSuppressed = false, bool IsBlocked = false, string? HeldBy = null);

/// <summary>What becomes of a campaign message whose turn it is.</summary>
public abstract record CampaignStep
{
    private CampaignStep() { }

    /// <summary>It never goes out (a resource key below "skipped."), and nothing is counted for it: the next one's turn comes at once.</summary>
    public sealed record Skip(string Reason) : CampaignStep;

    /// <summary>It keeps its place until somebody or something lets it go on.</summary>
    /// <param name="Reason">A resource key below "pace.".</param>
    public sealed record Hold(string Reason) : CampaignStep;

    /// <summary>Later.</summary>
    public sealed record Wait(PaceDecision Decision) : CampaignStep;

    /// <summary>Now: store the state, in which it is counted, and the attempt in one transaction, then hand it over.</summary>
    public sealed record Send(PaceState State) : CampaignStep;
}

/// <summary>The last check of the campaign lane, in the one place every campaign message passes: may it, may its number, and is it time.</summary>
public static class CampaignSend
{
    public static CampaignStep Decide(
        CampaignMessage message,
        Verdict verdict,
        PaceState state,
        PacePolicy policy,
        DateTimeOffset now,
        TimeZoneInfo zone,
        Random random
    )
    {
        if (message.IsBlocked || message.IsSuppressed)
        {
            return new CampaignStep.Skip(message.IsBlocked ? "skipped.blocked" : "skipped.opted-out");
        }

        if (message.HeldBy is not null || !verdict.MaySend())
        {
            return new CampaignStep.Hold(message.HeldBy is not null ? "pace.held" : "pace.number-unwell");
        }

        var take = Pacing.Take(state, policy, message.Reach, now, zone, random);
        return take.Decision is PaceDecision.Now ? new CampaignStep.Send(take.State) : new CampaignStep.Wait(take.Decision);
    }
}
