using System.Security.Cryptography;
using System.Text;

namespace WhatsAI.Core.Contacts.Privacy;

/// <summary>What a company keeps about a person. A resource key below "personal-data.".</summary>
public enum PersonalData
{
    NamesAndPicture,
    Identities,
    FieldsAndTags,
    ConsentHistory,
    Messages,
    Media,
    Notes,
    ScheduledMessages,
    QueuedMessages,
    CampaignRecords,
    Ratings,
    ImportRows,
    GatewayEvents,
    MergeRecords,
    Suppression,
}

/// <summary>What an erasure does with it.</summary>
public enum ErasureStep
{
    Delete,

    /// <summary>The row stays for counts and order, without anything that says who or what.</summary>
    Anonymize,

    /// <summary>It must not go out or be kept to go out.</summary>
    Cancel,

    /// <summary>Only a keyed hash stays (<see cref="ErasedIdentity"/>), so that the person is not written to again.</summary>
    Hash,
}

/// <param name="Data">What.</param>
/// <param name="IsExported">Whether the person is given it when he asks what is kept (LGPD, article 18).</param>
/// <param name="Erasure">What happens to it when he asks to be forgotten.</param>
public sealed record PersonalDataRule(PersonalData Data, bool IsExported, ErasureStep Erasure);

/// <summary>
/// One table for both rights, so that nothing is shown and not erased, or the other way round. In the order in which an erasure goes: first what could still be
/// sent, last what keeps the person from being written to again, and the names only when nothing needs them any more.
/// </summary>
public static class PersonalDataRules
{
    public static IReadOnlyList<PersonalDataRule> All { get; } =
    [
        new(PersonalData.Suppression, IsExported: true, ErasureStep.Hash),
        new(PersonalData.QueuedMessages, IsExported: true, ErasureStep.Cancel),
        new(PersonalData.ScheduledMessages, IsExported: true, ErasureStep.Cancel),
        new(PersonalData.Messages, IsExported: true, ErasureStep.Anonymize),
        new(PersonalData.Media, IsExported: true, ErasureStep.Delete),
        // What colleagues wrote about a person is about the person.
        new(PersonalData.Notes, IsExported: true, ErasureStep.Delete),
        new(PersonalData.CampaignRecords, IsExported: true, ErasureStep.Anonymize),
        new(PersonalData.Ratings, IsExported: true, ErasureStep.Anonymize),
        new(PersonalData.FieldsAndTags, IsExported: true, ErasureStep.Delete),
        new(PersonalData.ConsentHistory, IsExported: true, ErasureStep.Anonymize),
        new(PersonalData.ImportRows, IsExported: false, ErasureStep.Delete),
        // The same messages once more, as they came in.
        new(PersonalData.GatewayEvents, IsExported: false, ErasureStep.Delete),
        new(PersonalData.MergeRecords, IsExported: false, ErasureStep.Delete),
        new(PersonalData.Identities, IsExported: true, ErasureStep.Delete),
        new(PersonalData.NamesAndPicture, IsExported: true, ErasureStep.Delete),
    ];
}

/// <summary>
/// What stays of an erased person: a hash under the company's own key. Whoever has the table but not the key cannot try all numbers; whoever is asked whether a
/// number may be written to can answer.
/// </summary>
public static class ErasedIdentity
{
    /// <param name="kind">Of the identity.</param>
    /// <param name="value">In canonical form, so that both spellings of a Brazilian mobile give one hash.</param>
    /// <param name="key">The company's, at least 32 bytes.</param>
    public static string HashOf(IdentityKind kind, string value, ReadOnlySpan<byte> key)
    {
        if (key.Length < 32)
        {
            throw new ArgumentException("Too short a key.", nameof(key));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{kind}:{value}")));
    }
}
