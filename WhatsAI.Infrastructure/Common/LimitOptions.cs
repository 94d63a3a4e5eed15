using System.ComponentModel.DataAnnotations;

namespace WhatsAI.Infrastructure.Common;

/// <summary>How much one person, one network address or one number may ask of this copy of the console.</summary>
public sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>Posts of sign-in, password, invitation and set-up forms by one network address in five minutes. A whole office may share one.</summary>
    [Range(1, 1_000_000)]
    public int SignInsPerAddress { get; set; } = 100;

    /// <summary>Password reset mails to one user in an hour.</summary>
    [Range(1, 1_000_000)]
    public int ResetMailsPerUser { get; set; } = 3;

    /// <summary>
    /// Webhooks of one number that are taken in at the same moment; a quarter of what the journal lets wait. What is above is answered 429, which gateways
    /// repeat.
    /// </summary>
    [Range(1, 1_000_000)]
    public int WebhooksAtOnce { get; set; } = 1_000;

    /// <summary>Webhooks of one network address in a second to routes that this copy has not heard of; twice as many at once.</summary>
    [Range(1, 1_000_000)]
    public int UnknownRoutesPerSecond { get; set; } = 200;

    /// <summary>Messages of one member in a minute.</summary>
    [Range(1, 1_000_000)]
    public int SendsPerMinute { get; set; } = 120;

    /// <summary>Files that one member uploads in a minute.</summary>
    [Range(1, 1_000_000)]
    public int UploadsPerMinute { get; set; } = 60;

    /// <summary>Tests of alert channels that one member starts in a minute: each goes to somebody's mailbox or server.</summary>
    [Range(1, 1_000_000)]
    public int AlertTestsPerMinute { get; set; } = 12;

    /// <summary>Times that one member asks an AI provider for wordings in a minute: the company pays for each.</summary>
    [Range(1, 1_000_000)]
    public int ProposalsPerMinute { get; set; } = 10;

    /// <summary>Questions for a company's state in a minute, by its key; of wrong keys, so many of one network address.</summary>
    [Range(1, 1_000_000)]
    public int StatusPerMinute { get; set; } = 60;

    /// <summary>Stored files given to one user in a minute.</summary>
    [Range(1, 1_000_000)]
    public int DownloadsPerMinute { get; set; } = 1_200;
}
