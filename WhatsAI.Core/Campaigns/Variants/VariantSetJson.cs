using System.Text.Json;
using System.Text.Json.Serialization;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Campaigns.Variants;

/// <summary>How variants are kept in their jsonb column: property names are for ever.</summary>
public static class VariantSetJson
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(VariantSet set) =>
        JsonSerializer.Serialize(
            new Stored(
                set.Mix,
                [.. set.Variants.Select(v => new StoredVariant(v.Key, v.Text, v.Weight, v.IsProposed, v.ApprovedBy?.Value))]
            ),
            _options
        );

    /// <summary>Reads what <see cref="Write"/> wrote; of what a later version wrote otherwise nothing is sent.</summary>
    public static VariantSet Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(json, _options) is { Variants: { } variants } stored
                ? new VariantSet([.. variants.Select(Of)], stored.Mix)
                : VariantSet.None;
        }
        catch (JsonException)
        {
            return VariantSet.None;
        }
    }

    private static Variant Of(StoredVariant v) =>
        new(v.Key ?? "", v.Text ?? "", v.Weight, v.Proposed, v.ApprovedBy is { } by ? new UserId(by) : null);

    private sealed record Stored(VariantMix Mix, StoredVariant[]? Variants);

    private sealed record StoredVariant(string? Key, string? Text, int Weight, bool Proposed, Guid? ApprovedBy);
}
