using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Contacts.Import;

public readonly record struct ImportId(Guid Value) : IId<ImportId>
{
    public static ImportId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}

public enum ImportFormat
{
    Csv,
    VCard,
}

public enum ImportState
{
    /// <summary>The file is there; nobody has said yet what its columns hold.</summary>
    Uploaded,
    Running,
    Done,

    /// <summary>Stopped by a member; what was taken in stays.</summary>
    Cancelled,

    /// <summary>It could not go on, for a reason that trying again does not change.</summary>
    Failed,
}

/// <summary>Where a file's rows go, as a member confirmed it.</summary>
/// <param name="Mapping">Of a table's columns.</param>
/// <param name="Cards">Of an address book.</param>
/// <param name="Language">How numbers and dates are read where they leave it open: "pt-BR" or "en".</param>
/// <param name="Basis">On what ground those who agreed may be written to; null where the file says nothing of consent.</param>
/// <param name="Proof">What their consent rests on.</param>
public sealed record ImportPlan(
    ColumnMapping? Mapping,
    CardFields? Cards,
    ImportConflict Conflict,
    string Language,
    Consents.LegalBasis? Basis,
    string? Proof
)
{
    /// <exception cref="RuleException">A table without a mapping that can be used, an unknown language, or consent without a ground.</exception>
    public ImportPlan Checked(ImportFormat format)
    {
        if (Language is not ("pt-BR" or "en") || !Enum.IsDefined(Conflict) || (Basis is { } basis && !Enum.IsDefined(basis)))
        {
            throw new RuleException("import.plan-invalid");
        }

        if (format == ImportFormat.Csv)
        {
            _ = (Mapping ?? throw new RuleException("import.no-phone-column")).Checked();
            var proof = OneLine.Clean(Proof ?? "");
            if (Mapping.Columns.Any(c => c is ColumnTarget.OptIn) && (Basis is null || proof.Length == 0))
            {
                throw new RuleException("consent.proof-missing");
            }
        }

        return OneLine.Clean(Proof ?? "").Length > MaxProof ? throw new RuleException("consent.proof-too-long", MaxProof) : this;
    }

    /// <summary>Characters: the file's name and line stand beside it in the history.</summary>
    public const int MaxProof = 200;
}
