using WhatsAI.Core.Contacts.Consents;

namespace WhatsAI.Core.Campaigns.Audiences;

/// <summary>What becomes of a recipient whose turn it is, after launch.</summary>
public abstract record ReleaseStep
{
    private ReleaseStep() { }

    public sealed record Go : ReleaseStep;

    /// <param name="Reason">A resource key of the ledger's reasons.</param>
    public sealed record Skip(string Reason) : ReleaseStep;

    /// <summary>Not before this day of the company's calendar: the person has had enough for now.</summary>
    public sealed record Later(DateOnly On) : ReleaseStep;
}

/// <summary>
/// The audience was frozen at launch, people were not: what left somebody out then is asked again when the message goes to the queue. Suppression and blocks are
/// asked once more at the hand-over (<see cref="Instances.Pools.Pace.CampaignSend"/>).
/// </summary>
public static class ReleaseRule
{
    /// <param name="facts">As they are now; <see cref="AudienceFacts.Marketing"/> without this campaign's own message.</param>
    public static ReleaseStep Decide(AudienceFacts facts, AudiencePolicy policy, DateTimeOffset now)
    {
        if (facts.IsSuppressed || facts.Consent == ConsentState.OptedOut)
        {
            return new ReleaseStep.Skip("skipped.opted-out");
        }

        if (facts.IsBlocked)
        {
            return new ReleaseStep.Skip("skipped.blocked");
        }

        if (facts.Consent == ConsentState.Unknown && policy.Basis is null)
        {
            return new ReleaseStep.Skip("skipped.no-consent");
        }

        if (facts.IsWithAgent && policy.SkipsConversations)
        {
            return new ReleaseStep.Skip("skipped.with-agent");
        }

        return policy.Cap.Allows(facts.Marketing, now, policy.Zone)
            ? new ReleaseStep.Go()
            : new ReleaseStep.Later(policy.Cap.FreeOn(facts.Marketing, now, policy.Zone));
    }
}
