using WhatsAI.Core.Common;

namespace WhatsAI.Core.Contacts.Consents;

/// <summary>What becomes of news of a consent.</summary>
public abstract record ConsentStep
{
    private ConsentStep() { }

    /// <summary>Store both in one transaction. An opt-out suppresses with it; the end of one lifts the suppression.</summary>
    public sealed record Change(Consent Consent, ConsentLine Line) : ConsentStep;

    /// <summary>It says what is known already.</summary>
    public sealed record Same : ConsentStep;

    /// <summary>It stays as it was (a resource key below "consent-kept.").</summary>
    public sealed record Kept(string Reason) : ConsentStep;
}

/// <summary>
/// An opt-out holds against everything but the person's own later word, entered by a member or through a form, with its proof: no file and no program takes
/// it back. Otherwise the later word counts, whenever it comes in.
/// </summary>
public static class ConsentRules
{
    public const int MaxProofLength = 500;

    // Clocks differ, and a day that is entered by hand ends somewhere on earth later than here.
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <exception cref="RuleException">An opt-in without a basis or a proof, something entered by a member without the member, or a word from the future.</exception>
    public static ConsentStep Decide(Consent current, ConsentNews news, DateTimeOffset now)
    {
        Check(news, now);
        if (news.To == current.State && (news.To != ConsentState.OptedIn || news.Basis == current.Basis))
        {
            return new ConsentStep.Same();
        }

        var ownWord = news.Source is ConsentSource.Member or ConsentSource.Form or ConsentSource.OptOutWord;
        if (current.State == ConsentState.OptedOut && (!ownWord || news.To == ConsentState.Unknown))
        {
            return new ConsentStep.Kept("consent-kept.opted-out");
        }

        // Of two words of the same moment the opt-out counts.
        if (current.Since > news.SaidAt || (current.Since == news.SaidAt && news.To != ConsentState.OptedOut))
        {
            return new ConsentStep.Kept("consent-kept.older");
        }

        return new ConsentStep.Change(
            new Consent(news.To, news.SaidAt, news.To == ConsentState.OptedIn ? news.Basis : null, news.Source),
            new ConsentLine(current.State, news, now)
        );
    }

    /// <summary>Of two contacts of one person: an opt-out of either holds, then an opt-in, then the later of the two.</summary>
    public static Consent Joined(Consent a, Consent b) =>
        a.State == b.State ? (b.Since > a.Since ? b : a)
        : a.State == ConsentState.OptedOut || b.State == ConsentState.Unknown ? a
        : b.State == ConsentState.OptedOut || a.State == ConsentState.Unknown ? b
        : a;

    private static void Check(ConsentNews news, DateTimeOffset now)
    {
        var proof = OneLine.Clean(news.Proof ?? "");
        if (news.To == ConsentState.OptedIn && (news.Basis is null || proof.Length == 0))
        {
            throw new RuleException("consent.proof-missing");
        }

        if (proof.Length > MaxProofLength)
        {
            throw new RuleException("consent.proof-too-long", MaxProofLength);
        }

        if ((news.Source == ConsentSource.Member) != news.By is not null || news.SaidAt > now + MostAhead)
        {
            throw new RuleException("consent.invalid");
        }
    }
}
