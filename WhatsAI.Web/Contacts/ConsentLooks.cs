using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Contacts;

/// <summary>How consent and what it comes from is drawn and called.</summary>
internal static class ConsentLooks
{
    public static Tone Tone(this ConsentState state) =>
        state switch
        {
            ConsentState.OptedIn => Common.Tone.Ok,
            ConsentState.OptedOut => Common.Tone.Critical,
            _ => Common.Tone.Unknown,
        };

    public static string Icon(this ConsentState state) =>
        state switch
        {
            ConsentState.OptedIn => "verified_user",
            ConsentState.OptedOut => "front_hand",
            _ => "help",
        };

    /// <summary>Of its words in <see cref="ContactsText"/>.</summary>
    public static string Key(this ConsentState state) =>
        state switch
        {
            ConsentState.OptedIn => "consent.in",
            ConsentState.OptedOut => "consent.out",
            _ => "consent.unknown",
        };

    public static string Key(this LegalBasis basis) =>
        basis switch
        {
            LegalBasis.Consent => "basis.consent",
            LegalBasis.Contract => "basis.contract",
            LegalBasis.LegitimateInterest => "basis.legitimate-interest",
            _ => "basis.legal-duty",
        };

    public static string Key(this ConsentSource source) =>
        source switch
        {
            ConsentSource.OptOutWord => "consent-source.opt-out-word",
            ConsentSource.Member => "consent-source.member",
            ConsentSource.Import => "consent-source.import",
            ConsentSource.Form => "consent-source.form",
            ConsentSource.Api => "consent-source.api",
            ConsentSource.Erasure => "consent-source.erasure",
            _ => "consent-source.merge",
        };
}
