namespace WhatsAI.Core.Campaigns.Audiences;

/// <summary>Why somebody of the audience gets nothing. The gravest that applies is told, so that each person is counted once. A resource key below "excluded.".</summary>
public enum Exclusion
{
    /// <summary>Opted out, was erased, or is suppressed for another reason.</summary>
    OptedOut,
    Blocked,

    /// <summary>No number, or none that can be one.</summary>
    Invalid,

    /// <summary>WhatsApp said that nobody is there.</summary>
    NotOnWhatsApp,

    /// <summary>Another contact of the audience has the same number.</summary>
    Duplicate,

    /// <summary>No consent on record, and no other legal basis named.</summary>
    UnknownConsent,

    /// <summary>An agent is talking with the person now.</summary>
    InConversation,

    /// <summary>Gets enough from this company on these days already.</summary>
    OverCap,

    /// <summary>The text asks for something that is not known of the person and has no words for that.</summary>
    ValueMissing,
}
