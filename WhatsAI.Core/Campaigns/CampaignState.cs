namespace WhatsAI.Core.Campaigns;

public enum CampaignState
{
    Draft,

    /// <summary>Launched for a later time.</summary>
    Scheduled,
    Running,

    /// <summary>Nothing leaves until it goes on.</summary>
    Paused,

    /// <summary>Every recipient has his outcome.</summary>
    Completed,
    Cancelled,
}

/// <summary>Why a campaign's state changes. A resource key below "campaign-cause.".</summary>
public enum CampaignCause
{
    /// <summary>A person wanted it; the only cause that needs one.</summary>
    ByPerson,

    /// <summary>Its time has come.</summary>
    Due,

    /// <summary>Its time was missed, and a person is asked.</summary>
    Late,

    /// <summary>Its time was missed, and by its own policy it is not made up for.</summary>
    TooLate,

    /// <summary>The first part came back bad.</summary>
    CanaryFailed,

    /// <summary>Its figures passed a threshold.</summary>
    BadSignals,

    /// <summary>A number failed and the campaign is held for a person (failover).</summary>
    NumberFailed,

    /// <summary>Nobody is left to write to.</summary>
    Finished,
}

/// <summary>Which state may follow which, and through whom: what stopped a campaign for its signals is never undone by the machine.</summary>
public static class CampaignRules
{
    public static bool May(CampaignState from, CampaignState to, CampaignCause cause) =>
        (from, to, cause) switch
        {
            (CampaignState.Draft, CampaignState.Scheduled or CampaignState.Running, CampaignCause.ByPerson) => true,
            (CampaignState.Scheduled, CampaignState.Draft or CampaignState.Cancelled, CampaignCause.ByPerson) => true,
            (CampaignState.Scheduled, CampaignState.Running, CampaignCause.Due or CampaignCause.ByPerson) => true,
            (CampaignState.Scheduled, CampaignState.Paused, CampaignCause.Late or CampaignCause.ByPerson) => true,
            (CampaignState.Scheduled, CampaignState.Cancelled, CampaignCause.TooLate) => true,
            (
                CampaignState.Running,
                CampaignState.Paused,
                CampaignCause.ByPerson
                    or CampaignCause.CanaryFailed
                    or CampaignCause.BadSignals
                    or CampaignCause.NumberFailed
            ) => true,
            (CampaignState.Running or CampaignState.Paused, CampaignState.Completed, CampaignCause.Finished) => true,
            (CampaignState.Running or CampaignState.Paused, CampaignState.Cancelled, CampaignCause.ByPerson) => true,
            (CampaignState.Paused, CampaignState.Running, CampaignCause.ByPerson) => true,
            _ => false,
        };

    /// <summary>Whether anything may leave.</summary>
    public static bool Sends(this CampaignState state) => state == CampaignState.Running;

    public static bool IsOver(this CampaignState state) => state is CampaignState.Completed or CampaignState.Cancelled;
}
