using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>
/// What is typed in the schedule's step. The page keeps it, so that a time which cannot be stays in sight when one goes on and comes back, and nothing is launched
/// as if it had not been typed.
/// </summary>
public sealed class ScheduleInput
{
    /// <summary>The draft's own, as they were shown last.</summary>
    public CampaignSchedule? Shown { get; set; }

    public IReadOnlyList<OpenSpan>? Spans { get; set; }

    public Dictionary<DayOfWeek, string> Days { get; } = PoolDraft.Week.ToDictionary(d => d, _ => "");

    public DateTime? At { get; set; }

    /// <summary>Empty: nothing was shown yet.</summary>
    public string Zone { get; set; } = "";

    public LateStart Late { get; set; } = LateStart.Ask;

    public int Minutes { get; set; } = 60;

    /// <summary>On a date, not at launch.</summary>
    public bool Later { get; set; }

    /// <summary>In fewer hours than the pool.</summary>
    public bool Own { get; set; }

    /// <summary>Why the time cannot be; null: it can.</summary>
    public string? Problem { get; set; }

    public string? HoursProblem { get; set; }

    /// <summary>What is typed is not what the draft says.</summary>
    public bool IsUnsaved(CampaignSchedule? saved) => Problem is not null || HoursProblem is not null || (Later && saved is null);
}
