using System.ComponentModel.DataAnnotations;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>How long the console keeps what it does not need for ever. Days; 0: for ever.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";
    private const int Century = 36_500;

    /// <summary>Raw gateway events that were processed. The messages made of them stay.</summary>
    [Range(0, Century)]
    public int JournalDays { get; set; } = 30;

    /// <summary>Raw gateway events that could not be read, were not known or failed, and that nobody replayed. Their removal is logged as a warning.</summary>
    [Range(0, Century)]
    public int ProblemDays { get; set; } = 180;

    /// <summary>Receipts, edits and deletions whose message never came, and echoes that nobody asked back.</summary>
    [Range(0, Century)]
    public int WaitingDays { get; set; } = 7;

    /// <summary>Lines of the connection log; each number keeps its last.</summary>
    [Range(0, Century)]
    public int ConnectionLogDays { get; set; } = 365;

    /// <summary>Files that were chosen and never sent, and files on disk that no message names.</summary>
    [Range(0, Century)]
    public int UploadDays { get; set; } = 7;

    /// <summary>Files of messages. The message stays and says that its file was removed.</summary>
    [Range(0, Century)]
    public int MediaDays { get; set; }

    /// <summary>What members were told by the bell.</summary>
    [Range(0, Century)]
    public int NoticeDays { get; set; } = 90;

    /// <summary>Alerts that are over, counted from when they were, and what channels were told of them.</summary>
    [Range(0, Century)]
    public int AlertDays { get; set; } = 365;

    /// <summary>What each number did on each day.</summary>
    [Range(0, Century)]
    public int PaceDays { get; set; } = 730;

    /// <summary>What became of each line of an imported file, counted from when the import was over, and files that were uploaded and never begun.</summary>
    [Range(0, Century)]
    public int ImportDays { get; set; } = 90;

    /// <summary>Rows looked at in one transaction.</summary>
    [Range(1, 10_000)]
    public int StepRows { get; set; } = 500;

    /// <summary>Between two transactions, for everybody else.</summary>
    public TimeSpan StepPause { get; set; } = TimeSpan.FromMilliseconds(50);
}
