using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Import;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>How an import stands.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Read">Of them, those behind the last row that is in.</param>
/// <param name="Failure">A resource key; of one that failed.</param>
public sealed record ImportView(
    ImportId Id,
    string FileName,
    ImportFormat Format,
    ImportState State,
    long Size,
    long Read,
    ImportTally Tally,
    string? Failure,
    string ByName,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt
);

/// <summary>A file's beginning, and what its columns seem to hold.</summary>
/// <param name="Rows">The first ones, titles included.</param>
/// <param name="Cards">Of an address book.</param>
/// <param name="Mapping">Of a table: as such a file was read the last time, else a guess.</param>
/// <param name="IsRemembered">It is from the last time.</param>
public sealed record ImportPreview(
    ImportFormat Format,
    IReadOnlyList<CsvRow> Rows,
    IReadOnlyList<VCard> Cards,
    ColumnMapping Mapping,
    CardFields CardFields,
    bool IsRemembered,
    IReadOnlyList<ContactField> Fields
);

/// <summary>What became of a line.</summary>
/// <param name="Outcome">"created", "updated", "duplicate" or "invalid".</param>
/// <param name="Detail">Of an invalid one the reason's key, of a duplicate the line that counts.</param>
/// <param name="Notes">"column:key" each, the column from 0.</param>
public sealed record ImportLineRow(long Line, string Outcome, string? Detail, IReadOnlyList<string> Notes);
