using System.Text.Json.Serialization;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>What a column of a file holds. Kept as JSON with the remembered mapping.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "k")]
[JsonDerivedType(typeof(Nothing), "nothing")]
[JsonDerivedType(typeof(Phone), "phone")]
[JsonDerivedType(typeof(AreaCode), "area-code")]
[JsonDerivedType(typeof(Name), "name")]
[JsonDerivedType(typeof(FirstName), "first-name")]
[JsonDerivedType(typeof(LastName), "last-name")]
[JsonDerivedType(typeof(Tags), "tags")]
[JsonDerivedType(typeof(OptIn), "opt-in")]
[JsonDerivedType(typeof(Field), "field")]
public abstract record ColumnTarget
{
    private ColumnTarget() { }

    /// <summary>It is left out.</summary>
    public sealed record Nothing : ColumnTarget;

    public sealed record Phone : ColumnTarget;

    /// <summary>Put before the phone where that has none: Brazilian files often have a column "DDD".</summary>
    public sealed record AreaCode : ColumnTarget;

    public sealed record Name : ColumnTarget;

    public sealed record FirstName : ColumnTarget;

    public sealed record LastName : ColumnTarget;

    public sealed record Tags : ColumnTarget;

    /// <summary>Whether the person agreed: a yes is an opt-in with the basis named for the whole file, a no an opt-out.</summary>
    public sealed record OptIn : ColumnTarget;

    /// <param name="Key">The field's key.</param>
    public sealed record Field(string Key) : ColumnTarget;
}

/// <summary>What each column of a file holds.</summary>
/// <param name="Columns">In the file's order.</param>
/// <param name="HasHeader">Whether the first row is titles.</param>
public sealed record ColumnMapping(IReadOnlyList<ColumnTarget> Columns, bool HasHeader)
{
    /// <exception cref="RuleException">No column is the phone, or two are one thing.</exception>
    public ColumnMapping Checked()
    {
        if (!Columns.Any(c => c is ColumnTarget.Phone))
        {
            throw new RuleException("import.no-phone-column");
        }

        return Columns.Where(c => c is not (ColumnTarget.Nothing or ColumnTarget.Tags)).GroupBy(c => c).Any(g => g.Skip(1).Any())
            ? throw new RuleException("import.column-twice")
            : this;
    }

    /// <summary>By which a mapping is remembered: files with the same titles in the same order are one kind of file.</summary>
    public static string SignatureOf(IReadOnlyList<string> titles) =>
        string.Join('|', titles.Select(t => OneLine.Fold(t).Replace("|", "", StringComparison.Ordinal)));
}
