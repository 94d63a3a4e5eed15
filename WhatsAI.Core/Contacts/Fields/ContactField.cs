using System.Text;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Contacts.Fields;

public readonly record struct FieldId(Guid Value) : IId<FieldId>
{
    public static FieldId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}

/// <summary>What a field holds. Fixed for the field's life: what is stored would otherwise mean something else.</summary>
public enum FieldKind
{
    Text,
    Number,

    /// <summary>A day of the calendar, in no zone.</summary>
    Date,

    /// <summary>One of a list.</summary>
    Choice,
    YesNo,
}

/// <summary>Something that a company wants to know of its contacts ("City", "Last order").</summary>
public sealed class ContactField : ITenantOwned
{
    /// <summary>Fields of a company.</summary>
    public const int Most = 100;

    public const int MaxNameLength = 40;
    public const int MaxOptions = 100;
    public const int MaxOptionLength = 60;

    private ContactField() { }

    /// <exception cref="RuleException">The name or the options are not acceptable.</exception>
    public ContactField(FieldId id, TenantId tenantId, string name, FieldKind kind, IReadOnlyList<string> options, DateTimeOffset now)
    {
        (Id, TenantId, Kind, CreatedAt) = (id, tenantId, kind, now);
        Rename(name);
        Key = KeyOf(Name);
        Offer(options);
    }

    /// <summary>As it was stored: what held when it was made is not asked again.</summary>
    public static ContactField Stored(
        FieldId id,
        TenantId tenantId,
        string key,
        string name,
        FieldKind kind,
        IReadOnlyList<string> options,
        DateTimeOffset createdAt
    ) =>
        new()
        {
            Id = id,
            TenantId = tenantId,
            Key = key,
            Name = name,
            FoldedName = OneLine.Fold(name),
            Kind = kind,
            Options = options,
            CreatedAt = createdAt,
        };

    public FieldId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    /// <summary>Under which values are stored and templates ask for it: "last_order". Made of the first name and kept when that changes; unique in a company.</summary>
    public string Key { get; private set; } = "";

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique among the company's fields.</summary>
    public string FoldedName { get; private set; } = "";

    public FieldKind Kind { get; private set; }

    /// <summary>Of a choice; empty for every other kind.</summary>
    public IReadOnlyList<string> Options { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">Nothing can be read in it, or it is longer than <see cref="MaxNameLength"/>.</exception>
    public void Rename(string name)
    {
        var plain = OneLine.Clean(name);
        var folded = OneLine.Fold(plain);
        (Name, FoldedName) =
            plain.Length <= MaxNameLength && folded.Any(char.IsLetterOrDigit)
                ? (plain, folded)
                : throw new RuleException("field.name-invalid", MaxNameLength);
    }

    /// <summary>Replaces the list; a value that is no longer on it stays with who has it until somebody chooses another.</summary>
    /// <exception cref="RuleException">A choice without any, another kind with some, two alike, too many, or one that is too long.</exception>
    public void Offer(IReadOnlyList<string> options)
    {
        var plain = options.Select(OneLine.Clean).ToArray();
        if (
            (Kind == FieldKind.Choice) != plain.Length > 0
            || plain.Length > MaxOptions
            || plain.Any(o => o.Length is 0 or > MaxOptionLength)
            || plain.DistinctBy(OneLine.Fold).Count() != plain.Length
        )
        {
            throw new RuleException("field.options-invalid", MaxOptions, MaxOptionLength);
        }

        Options = plain;
    }

    /// <summary>"Último pedido" becomes "ultimo_pedido"; what has no letter of ours becomes "field".</summary>
    public static string KeyOf(string name)
    {
        var key = new StringBuilder();
        foreach (var c in FoldedText.Of(name).Text)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                key.Append(c);
            }
            else if (key.Length > 0 && key[^1] != '_')
            {
                key.Append('_');
            }
        }

        var plain = key.ToString().Trim('_');
        return plain.Length > 0 ? plain : "field";
    }
}
