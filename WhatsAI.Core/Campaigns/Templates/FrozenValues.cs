namespace WhatsAI.Core.Campaigns.Templates;

/// <summary>
/// What is known of one recipient, fixed at launch: enough for each of the variants that he may get, and nothing more. Kept as JSON with his row, so that what goes
/// out is what was shown, whatever is edited meanwhile.
/// </summary>
/// <param name="Values">By variable; those nobody knew are not in it.</param>
public sealed record FrozenValues(IReadOnlyDictionary<string, string> Values)
{
    public static FrozenValues Of(IEnumerable<TemplateText> variants, TemplateValues values) =>
        new(
            variants
                .SelectMany(v => v.Variables)
                .Distinct(StringComparer.Ordinal)
                .Select(name => (Name: name, Value: values.Of(name)))
                .Where(v => v.Value is not null)
                .ToDictionary(v => v.Name, v => v.Value!, StringComparer.Ordinal)
        );

    /// <summary>Whether one of the variants would have a hole for this person.</summary>
    public bool HasHole(IEnumerable<TemplateText> variants) => variants.Any(v => v.Fill(this).Missing.Count > 0);

    public bool Equals(FrozenValues? other) =>
        other is not null
        && Values.Count == other.Values.Count
        && Values.All(v => other.Values.TryGetValue(v.Key, out var value) && value == v.Value);

    public override int GetHashCode() => Values.Count;
}
