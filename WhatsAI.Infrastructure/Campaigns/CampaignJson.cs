using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WhatsAI.Core.Campaigns.Templates;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>How the parts of a campaign are kept: enums by name, so that a value put between two others changes nothing.</summary>
internal static class CampaignJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;

    /// <summary>What is known of a recipient, by variable.</summary>
    public static string Write(FrozenValues values) => JsonSerializer.Serialize(values.Values, Options);

    public static FrozenValues ReadValues(string json) => new(Read<Dictionary<string, string>>(json));

    /// <summary>A column that holds one of the rules' records.</summary>
    public static void Kept<T>(PropertyBuilder<T> property) =>
        property
            .HasColumnType("jsonb")
            .HasConversion(
                value => Write(value),
                json => Read<T>(json),
                // As text: records that hold lists compare by reference.
                new ValueComparer<T>(
                    (a, b) => Write(a) == Write(b),
                    value => Write(value).GetHashCode(StringComparison.Ordinal),
                    value => value
                )
            );
}
