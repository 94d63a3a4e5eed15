namespace WhatsAI.Core.Common;

/// <summary>
/// Something a rule forbids. <see cref="Key"/> names a text in the resources that the operator reads in his language;
/// <see cref="Values"/> fill its placeholders and never hold personal data (they may be logged).
/// </summary>
public sealed class RuleException(string key, params object[] values) : Exception(key)
{
    public string Key { get; } = key;

    public IReadOnlyList<object> Values { get; } = values;
}
