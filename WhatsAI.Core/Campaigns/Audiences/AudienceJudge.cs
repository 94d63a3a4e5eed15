using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;

namespace WhatsAI.Core.Campaigns.Audiences;

/// <summary>What is looked at of one contact at launch.</summary>
/// <param name="Phone">E.164 as kept; null for none.</param>
/// <param name="IsSuppressed">By any of its identities, erased ones included.</param>
/// <param name="IsBlocked">A conversation with the person is blocked.</param>
/// <param name="HasWhatsApp">False where a number of ours was told so; null where nobody asked.</param>
/// <param name="IsWithAgent">An open conversation is assigned to an agent.</param>
/// <param name="Marketing">Campaign messages of any of our numbers that went out or wait, of the last week at least.</param>
public sealed record AudienceFacts(
    ContactId Contact,
    string? Phone,
    bool IsSuppressed,
    bool IsBlocked,
    bool? HasWhatsApp,
    ConsentState Consent,
    bool IsWithAgent,
    IReadOnlyList<DateTimeOffset> Marketing
);

/// <summary>By which rules an audience is judged.</summary>
/// <param name="Basis">On what ground those are written to whose consent is unknown; null: they are not.</param>
/// <param name="SkipsConversations">Whether those are left out whom an agent is talking with.</param>
public sealed record AudiencePolicy(LegalBasis? Basis, PersonCap Cap, TimeZoneInfo Zone, bool SkipsConversations = true)
{
    /// <exception cref="RuleException">"Consent" is no ground for those of whom none is known.</exception>
    public AudiencePolicy Checked() => Basis == LegalBasis.Consent ? throw new RuleException("campaign.basis-invalid") : this;
}

/// <summary>Judges an audience contact by contact, in the order they come, with no more memory than a number each.</summary>
/// <param name="startsAt">When the campaign begins: the person's cap is looked at for that day, and again before each message.</param>
public sealed class AudienceJudge(AudiencePolicy policy, DateTimeOffset startsAt)
{
    private readonly HashSet<long> _numbers = [];
    private readonly int[] _excluded = new int[Enum.GetValues<Exclusion>().Length];

    /// <summary>So far.</summary>
    public AudienceCount Count =>
        new(
            Included + _excluded.Sum(),
            Included,
            Enum.GetValues<Exclusion>().Where(e => _excluded[(int)e] > 0).ToDictionary(e => e, e => _excluded[(int)e])
        );

    private int Included { get; set; }

    /// <summary>Somebody judged before, by another copy perhaps, whose number is taken.</summary>
    public void Saw(string phone)
    {
        if (PhoneNumber.TryParse(phone, out var number))
        {
            _numbers.Add(long.Parse(number.Digits, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Null where the contact is a recipient.</summary>
    /// <param name="hasMissing">The text filled for the person lacks a value; asked only of those whom nothing else excludes.</param>
    public Exclusion? Judge(AudienceFacts facts, Func<bool> hasMissing)
    {
        var exclusion = ExclusionOf(facts) ?? (hasMissing() ? Exclusion.ValueMissing : null);
        if (exclusion is { } why)
        {
            _excluded[(int)why]++;
        }
        else
        {
            Included++;
        }

        return exclusion;
    }

    private Exclusion? ExclusionOf(AudienceFacts facts)
    {
        if (facts.IsSuppressed || facts.Consent == ConsentState.OptedOut)
        {
            return Exclusion.OptedOut;
        }

        if (facts.IsBlocked)
        {
            return Exclusion.Blocked;
        }

        if (!PhoneNumber.TryParse(facts.Phone, out var number))
        {
            return Exclusion.Invalid;
        }

        return facts.HasWhatsApp == false ? Exclusion.NotOnWhatsApp
            // The first one counts even where it is left out itself: the same person is not reached by the back door.
            : !_numbers.Add(long.Parse(number.Digits, System.Globalization.CultureInfo.InvariantCulture)) ? Exclusion.Duplicate
            : facts.Consent == ConsentState.Unknown && policy.Basis is null ? Exclusion.UnknownConsent
            : facts.IsWithAgent && policy.SkipsConversations ? Exclusion.InConversation
            : !policy.Cap.Allows(facts.Marketing, startsAt, policy.Zone) ? Exclusion.OverCap
            : null;
    }
}

/// <summary>How an audience came out. The figures add up: everybody is either a recipient or left out for one reason.</summary>
public sealed record AudienceCount(int Total, int Included, IReadOnlyDictionary<Exclusion, int> Excluded);
