namespace WhatsAI.Core.Inbox.Notifying;

/// <summary>What a member is notified of; in the order in which one goes before the other where several concern the same conversation.</summary>
[Flags]
public enum NotifyingRules
{
    None = 0,

    /// <summary>A customer wrote in a conversation that nobody has, of one of his teams or of none.</summary>
    Unassigned = 1,

    /// <summary>A customer wrote in a conversation of his.</summary>
    Mine = 2,

    /// <summary>He was given a conversation, by somebody else or by the program.</summary>
    Assigned = 4,

    /// <summary>A note names him.</summary>
    Mentioned = 8,

    All = Unassigned | Mine | Assigned | Mentioned,
}
