using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Contacts;

public readonly record struct TagId(Guid Value) : IId<TagId>
{
    public static TagId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}

/// <summary>A word that a company sorts its contacts by ("gold customer"). A label sorts conversations, a tag people.</summary>
public sealed class Tag : ITenantOwned
{
    public const int MaxNameLength = 40;

    /// <summary>The design's categories: colours that never mean a state.</summary>
    public const int Colours = 8;

    /// <summary>Tags of one contact.</summary>
    public const int MostOfOne = 50;

    private Tag() { }

    /// <exception cref="RuleException">The name or the colour is not acceptable.</exception>
    public Tag(TagId id, TenantId tenantId, string name, int colour, DateTimeOffset now)
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Change(name, colour);
    }

    public TagId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique among the company's tags.</summary>
    public string FoldedName { get; private set; } = "";

    /// <summary>1 to <see cref="Colours"/>.</summary>
    public int Colour { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">The name is empty or longer than <see cref="MaxNameLength"/>, or there is no such colour.</exception>
    public void Change(string name, int colour)
    {
        var plain = OneLine.Clean(name);
        var folded = Fold(plain);
        if (plain.Length > MaxNameLength || folded.Length == 0)
        {
            throw new RuleException("tag.name-invalid", MaxNameLength);
        }

        (Name, FoldedName, Colour) = colour is >= 1 and <= Colours
            ? (plain, folded, colour)
            : throw new RuleException("tag.colour-invalid");
    }

    /// <summary>A name as names are compared: case, accents and spaces make no difference.</summary>
    public static string Fold(string name) => OneLine.Fold(name);

    /// <summary>The tags of a file's cell ("gold; new customer"), without repetitions; those that could be none are left out.</summary>
    public static IReadOnlyList<string> Split(string cell) =>
        [
            .. cell.Split([',', ';', '|', '\n'])
                .Select(OneLine.Clean)
                .Where(t => t.Length is > 0 and <= MaxNameLength && Fold(t).Length > 0)
                .DistinctBy(Fold)
                .Take(MostOfOne),
        ];
}
