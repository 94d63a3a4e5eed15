using System.Security.Cryptography;
using System.Text;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Campaigns.Launch;

/// <summary>From how many recipients on a company wants a second person's word.</summary>
/// <param name="Above">Recipients that one person may launch to alone; null: any number.</param>
public sealed record ApprovalPolicy(int? Above = null);

/// <summary>A second person's word.</summary>
/// <param name="Print">Of what was approved (<see cref="LaunchPrint"/>).</param>
/// <param name="People">Recipients it was given for.</param>
public sealed record LaunchApproval(UserId By, DateTimeOffset At, string Print, int People);

/// <summary>What would be launched now.</summary>
/// <param name="Author">Who wrote it.</param>
/// <param name="By">Who launches it.</param>
public sealed record LaunchCase(UserId Author, UserId By, string Print, int People);

/// <summary>Whether a launch needs a second person, and has one.</summary>
public abstract record ApprovalDecision
{
    private ApprovalDecision() { }

    public sealed record NotNeeded : ApprovalDecision;

    public sealed record Given(LaunchApproval Approval) : ApprovalDecision;

    /// <param name="Key">Why it is still missing, a resource key below "approval.".</param>
    public sealed record Missing(string Key) : ApprovalDecision;
}

public static class ApprovalRule
{
    /// <summary>How long a word holds.</summary>
    public static readonly TimeSpan Holds = TimeSpan.FromDays(7);

    /// <summary>By how much the audience may have grown since: the flight plan that was approved is still about right.</summary>
    public const double MostGrowth = 0.05;

    public static ApprovalDecision Decide(ApprovalPolicy policy, LaunchCase launch, LaunchApproval? approval, DateTimeOffset now)
    {
        if (policy.Above is not { } alone || launch.People <= alone)
        {
            return new ApprovalDecision.NotNeeded();
        }

        return approval is null ? new ApprovalDecision.Missing("approval.none")
            : approval.By == launch.By || approval.By == launch.Author ? new ApprovalDecision.Missing("approval.own")
            : approval.Print != launch.Print ? new ApprovalDecision.Missing("approval.changed")
            : launch.People > approval.People * (1 + MostGrowth) ? new ApprovalDecision.Missing("approval.grown")
            : now - approval.At > Holds ? new ApprovalDecision.Missing("approval.old")
            : new ApprovalDecision.Given(approval);
    }
}

/// <summary>What a campaign would do, as one short word: it is another as soon as anything that was looked at is.</summary>
public static class LaunchPrint
{
    /// <param name="parts">Texts, sources, pool, schedule, basis: everything the second person was shown, in a fixed order.</param>
    public static string Of(IEnumerable<string> parts)
    {
        var whole = new StringBuilder();
        foreach (var part in parts)
        {
            // With its length, so that no two lists read alike.
            whole.Append(part.Length).Append(':').Append(part);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole.ToString())));
    }
}
