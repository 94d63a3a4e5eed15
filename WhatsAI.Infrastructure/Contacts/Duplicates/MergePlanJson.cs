using System.Text.Json;
using System.Text.Json.Serialization;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Infrastructure.Contacts.Duplicates;

/// <summary>How a plan is kept in its jsonb column. Values are kept as the contact's own row keeps them.</summary>
internal static class MergePlanJson
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    public static string Write(MergePlan plan) =>
        JsonSerializer.Serialize(
            new Stored(
                plan.Name,
                plan.Phone,
                FieldValues.Write(plan.FieldsFilled),
                plan.FieldsLost,
                [.. plan.TagsAdded.Select(t => t.Value)],
                [.. plan.Identities.Select(i => new StoredIdentity(i.Kind, i.Value))],
                plan.ConsentBefore,
                plan.Consent
            ),
            _options
        );

    /// <param name="fields">The company's; the value of one that is gone is left out.</param>
    public static MergePlan Read(ContactId kept, ContactId other, string json, IEnumerable<ContactField> fields)
    {
        var stored = JsonSerializer.Deserialize<Stored>(json, _options)!;
        return new MergePlan(
            kept,
            other,
            stored.Name,
            stored.Phone,
            FieldValues.Read(stored.Fields, fields),
            stored.FieldsLost,
            [.. stored.Tags.Select(t => new TagId(t))],
            [.. stored.Identities.Select(i => (i.Kind, i.Value))],
            stored.ConsentBefore,
            stored.Consent
        );
    }

    private sealed record Stored(
        string? Name,
        string? Phone,
        string Fields,
        IReadOnlyList<string> FieldsLost,
        IReadOnlyList<Guid> Tags,
        IReadOnlyList<StoredIdentity> Identities,
        Consent ConsentBefore,
        Consent Consent
    );

    private sealed record StoredIdentity(IdentityKind Kind, string Value);
}
