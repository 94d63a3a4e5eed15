using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;

namespace WhatsAI.Core.Campaigns.Launch;

/// <summary>What a launch is judged by, at the moment of the click.</summary>
/// <param name="TextProblems">Of the used variants, with the fields there are now.</param>
/// <param name="HasMediaFile">False where the template's file is gone.</param>
/// <param name="Senders">Numbers of the pool that send.</param>
/// <param name="Audience">Counted now.</param>
/// <param name="Shown">People of the flight plan that was shown; null where none was.</param>
/// <param name="ShownAt">When it was made.</param>
public sealed record LaunchFacts(
    IReadOnlyList<TemplateProblem> TextProblems,
    bool HasMediaFile,
    int Senders,
    AudienceCount Audience,
    CampaignSchedule? Schedule,
    ApprovalDecision Approval,
    int? Shown,
    DateTimeOffset? ShownAt
);

/// <summary>Whether a campaign may be launched as it is; every obstacle is told at once.</summary>
public static class LaunchCheck
{
    /// <summary>The plan that was shown must be about as large as what is launched, either way.</summary>
    public const double MostChange = 0.05;

    /// <summary>How long a plan is worth looking at.</summary>
    public static readonly TimeSpan PlanHolds = TimeSpan.FromHours(24);

    /// <summary>Resource keys below "launch-bad."; empty: it may go.</summary>
    public static IReadOnlyList<string> Problems(LaunchFacts facts, DateTimeOffset now) =>
        [
            .. When(facts.TextProblems.Count > 0, "launch-bad.text"),
            .. When(!facts.HasMediaFile, "launch-bad.file-gone"),
            .. When(facts.Senders == 0, "launch-bad.no-numbers"),
            .. When(facts.Audience.Included == 0, "launch-bad.nobody"),
            .. When(facts.Schedule is { } schedule && schedule.StartsAt() <= now, "launch-bad.time-over"),
            .. When(facts.Shown is null || now - facts.ShownAt > PlanHolds, "launch-bad.no-plan"),
            .. When(facts.Shown is { } shown && Math.Abs(facts.Audience.Included - shown) > shown * MostChange, "launch-bad.plan-changed"),
            .. facts.Approval is ApprovalDecision.Missing missing ? [missing.Key] : Array.Empty<string>(),
        ];

    private static string[] When(bool so, string key) => so ? [key] : [];
}
