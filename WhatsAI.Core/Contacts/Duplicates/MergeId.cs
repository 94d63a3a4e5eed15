using WhatsAI.Core.Common;

namespace WhatsAI.Core.Contacts.Duplicates;

/// <summary>One merge of two contacts.</summary>
public readonly record struct MergeId(Guid Value) : IId<MergeId>
{
    public static MergeId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
