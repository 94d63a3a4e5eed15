using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WhatsAI.Core.Contacts.Fields;

/// <summary>How a value is said to people.</summary>
/// <param name="Yes">The language's word.</param>
/// <param name="No">The language's word.</param>
/// <param name="Culture">Writes numbers and dates.</param>
public sealed record FieldWords(string Yes, string No, CultureInfo Culture)
{
    public string Of(FieldValue value) =>
        value switch
        {
            FieldValue.Text text => text.Words,
            FieldValue.Choice choice => choice.Option,
            FieldValue.Number number => number.Amount.ToString("#,##0.######", Culture),
            FieldValue.Date date => date.Day.ToString(Culture),
            FieldValue.YesNo yesNo => yesNo.Is ? Yes : No,
            _ => throw new ArgumentOutOfRangeException(nameof(value)),
        };
}

/// <summary>
/// A contact's fields as they are kept: one JSON object by field key, text and choice as strings, number as a number, date as "2026-11-21", yes/no as true or
/// false. SQL compares them there without knowing the fields.
/// </summary>
public static class FieldValues
{
    public static string Write(IReadOnlyDictionary<string, FieldValue> values)
    {
        var json = new JsonObject();
        foreach (var (key, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            json[key] = value switch
            {
                FieldValue.Text text => JsonValue.Create(text.Words),
                FieldValue.Choice choice => JsonValue.Create(choice.Option),
                FieldValue.Number number => JsonValue.Create(number.Amount),
                FieldValue.Date date => JsonValue.Create(date.Day.ToString("O", CultureInfo.InvariantCulture)),
                FieldValue.YesNo yesNo => JsonValue.Create(yesNo.Is),
                _ => throw new ArgumentOutOfRangeException(nameof(values)),
            };
        }

        return json.ToJsonString();
    }

    /// <summary>The texts and choices among them by field key, as they are compared: stored beside the values.</summary>
    public static string WriteFolded(IReadOnlyDictionary<string, FieldValue> values)
    {
        var json = new JsonObject();
        foreach (var (key, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (value is FieldValue.Text or FieldValue.Choice)
            {
                json[key] = Segments.SegmentEvaluation.Fold(value is FieldValue.Text text ? text.Words : ((FieldValue.Choice)value).Option);
            }
        }

        return json.ToJsonString();
    }

    /// <summary>What is of no field, or of another kind than its field, is left out: nothing of it could be shown rightly.</summary>
    public static IReadOnlyDictionary<string, FieldValue> Read(string json, IEnumerable<ContactField> fields)
    {
        var values = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        using var stored = JsonDocument.Parse(json);
        foreach (var field in fields)
        {
            if (stored.RootElement.TryGetProperty(field.Key, out var element) && ValueOf(field.Kind, element) is { } value)
            {
                values[field.Key] = value;
            }
        }

        return values;
    }

    private static FieldValue? ValueOf(FieldKind kind, JsonElement element) =>
        (kind, element.ValueKind) switch
        {
            (FieldKind.Text, JsonValueKind.String) => new FieldValue.Text(element.GetString()!),
            (FieldKind.Choice, JsonValueKind.String) => new FieldValue.Choice(element.GetString()!),
            (FieldKind.Number, JsonValueKind.Number) when element.TryGetDecimal(out var number) => new FieldValue.Number(number),
            (FieldKind.Date, JsonValueKind.String)
                when DateOnly.TryParseExact(element.GetString(), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) =>
                new FieldValue.Date(day),
            (FieldKind.YesNo, JsonValueKind.True or JsonValueKind.False) => new FieldValue.YesNo(element.GetBoolean()),
            _ => null,
        };
}
