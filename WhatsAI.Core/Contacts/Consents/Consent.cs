using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Contacts.Consents;

public enum ConsentState
{
    /// <summary>Nothing on record, which is no yes.</summary>
    Unknown,
    OptedIn,
    OptedOut,
}

/// <summary>On what ground somebody may be written to (LGPD, article 7). A resource key below "basis.".</summary>
public enum LegalBasis
{
    /// <summary>The person agreed.</summary>
    Consent,

    /// <summary>It belongs to a contract with the person, or to what comes before one.</summary>
    Contract,

    /// <summary>The company's legitimate interest, weighed against the person's.</summary>
    LegitimateInterest,

    /// <summary>A law asks for it.</summary>
    LegalDuty,
}

/// <summary>Where news of a consent comes from. A resource key below "consent-source.".</summary>
public enum ConsentSource
{
    /// <summary>The person wrote one of the company's opt-out words.</summary>
    OptOutWord,

    /// <summary>A member entered it, with what it rests on.</summary>
    Member,
    Import,
    Form,
    Api,

    /// <summary>It came with a second contact of the same person.</summary>
    Merge,

    /// <summary>The person had been forgotten at his own wish and was heard of again.</summary>
    Erasure,
}

/// <summary>Whether a person wants to be written to, as it stands now.</summary>
/// <param name="Since">When the person said so, not when it was entered.</param>
/// <param name="Basis">Of an opt-in.</param>
public sealed record Consent(ConsentState State, DateTimeOffset? Since = null, LegalBasis? Basis = null, ConsentSource? Source = null)
{
    public static Consent Unknown { get; } = new(ConsentState.Unknown);
}

/// <summary>News of a consent.</summary>
/// <param name="SaidAt">When the person said so.</param>
/// <param name="Proof">What shows it: the form's name, the file and its line, a member's words. Never empty for an opt-in.</param>
/// <param name="By">The member who entered it; null for the system.</param>
public sealed record ConsentNews(
    ConsentState To,
    DateTimeOffset SaidAt,
    ConsentSource Source,
    LegalBasis? Basis = null,
    string? Proof = null,
    UserId? By = null
);

/// <summary>One line of a contact's consent history: nothing changes without one, and none is ever changed.</summary>
/// <param name="At">When it was entered.</param>
public sealed record ConsentLine(ConsentState From, ConsentNews News, DateTimeOffset At);
