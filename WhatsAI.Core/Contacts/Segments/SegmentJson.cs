using System.Text.Json;
using System.Text.Json.Serialization;

namespace WhatsAI.Core.Contacts.Segments;

/// <summary>How a rule is kept in its jsonb column, and comes from outside.</summary>
public static class SegmentJson
{
    // A segment of the largest allowed size, written out, is shorter.
    private const int MaxLength = 200_000;

    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web)
        {
            AllowOutOfOrderMetadataProperties = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            MaxDepth = 40,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        };

    public static string Write(SegmentRule rule) => JsonSerializer.Serialize(rule, Options);

    /// <summary>
    /// Null for what cannot be read, a rule of a later version for example: such a segment has nobody in it and no campaign starts with it. Whether the rule may be
    /// kept is <see cref="SegmentCheck"/>'s question.
    /// </summary>
    public static SegmentRule? Read(string json)
    {
        try
        {
            return json.Length > MaxLength ? null
                : JsonSerializer.Deserialize<SegmentRule>(json, Options) is { } rule && IsWhole(rule) ? rule
                : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    // What a constructor was not given is null, whatever the type says.
    private static bool IsWhole(SegmentRule? rule) =>
        rule switch
        {
            null => false,
            SegmentRule.All all => all.Rules is not null && all.Rules.All(IsWhole),
            SegmentRule.Any any => any.Rules is not null && any.Rules.All(IsWhole),
            SegmentRule.Not not => IsWhole(not.Rule),
            SegmentRule.FieldIs field => field.Field is not null
                && field.Test switch
                {
                    null => false,
                    FieldTest.OneOf among => among.Words is not null && among.Words.All(w => w is not null),
                    FieldTest.Contains part => part.Words is not null,
                    _ => true,
                },
            SegmentRule.PhoneStarts phone => phone.Prefix is not null,
            _ => true,
        };
}
