using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>Reads rows as contacts. A row without a phone number is none; a value that does not fit its field is left out and said so, the contact is kept.</summary>
public static class ImportRows
{
    /// <summary>Characters of a contact's name.</summary>
    public const int MaxName = 120;

    public static ImportRow Read(CsvRow row, ColumnMapping mapping, ImportSettings settings)
    {
        if (row.Key is { } trouble)
        {
            return new ImportRow.Invalid(trouble);
        }

        var draft = new Draft(settings);
        for (var i = 0; i < Math.Min(row.Cells.Count, mapping.Columns.Count); i++)
        {
            draft.Take(mapping.Columns[i], Plain(row.Cells[i]), i);
        }

        return draft.Finish();
    }

    public static ImportRow Read(VCard card, CardFields places, ImportSettings settings)
    {
        if (card.Key is { } trouble)
        {
            return new ImportRow.Invalid(trouble);
        }

        var draft = new Draft(settings);
        draft.Take(new ColumnTarget.Name(), card.Name ?? "", 0);
        draft.Take(new ColumnTarget.Phone(), string.Join('\n', card.Phones), 0);
        draft.Take(new ColumnTarget.Tags(), string.Join(';', card.Categories), 0);
        draft.Take(new ColumnTarget.Field(places.Email ?? ""), card.Emails.Count > 0 ? card.Emails[0] : "", 0);
        draft.Take(new ColumnTarget.Field(places.Organization ?? ""), card.Organization ?? "", 0);
        draft.Take(new ColumnTarget.Field(places.Birthday ?? ""), card.Birthday ?? "", 0);
        return draft.Finish();
    }

    // Our own export writes an apostrophe before what a spreadsheet would take for a formula; read back it is the same text again.
    private static string Plain(string cell) =>
        cell.Length > 1 && cell[0] == '\'' && cell[1] is '=' or '+' or '-' or '@' ? cell[1..] : cell;

    private sealed class Draft(ImportSettings settings)
    {
        private readonly List<ImportNote> _notes = [];
        private readonly List<string> _tags = [];
        private readonly Dictionary<string, FieldValue> _fields = new(StringComparer.Ordinal);
        private string _phone = "";
        private string _areaCode = "";
        private int _phoneColumn;
        private string? _name;
        private string? _first;
        private string? _last;
        private bool? _optIn;

        public void Take(ColumnTarget target, string cell, int column)
        {
            switch (target)
            {
                case ColumnTarget.Phone:
                    (_phone, _phoneColumn) = (cell, column);
                    break;
                case ColumnTarget.AreaCode:
                    _areaCode = cell.Length <= 4 ? cell : "";
                    break;
                case ColumnTarget.Name:
                    _name = NameOf(cell, column);
                    break;
                case ColumnTarget.FirstName:
                    _first = NameOf(cell, column);
                    break;
                case ColumnTarget.LastName:
                    _last = NameOf(cell, column);
                    break;
                case ColumnTarget.Tags:
                    _tags.AddRange(Tag.Split(cell));
                    break;
                case ColumnTarget.OptIn:
                    OptIn(cell, column);
                    break;
                case ColumnTarget.Field field when settings.Fields.TryGetValue(field.Key, out var known):
                    Field(known, cell, column);
                    break;
            }
        }

        public ImportRow Finish()
        {
            var phone = ImportPhone.Read(_phone, _areaCode, settings.Country);
            if (phone is not ImportPhone.Found found)
            {
                return new ImportRow.Invalid(((ImportPhone.Bad)phone).Key);
            }

            if (found.OfSeveral)
            {
                _notes.Add(new ImportNote(_phoneColumn, "import.phone-several"));
            }

            var joined = OneLine.Clean($"{_first} {_last}");
            return new ImportRow.Ready(
                new ImportContact(
                    found.Number,
                    _name ?? (joined.Length > 0 ? joined[..Math.Min(joined.Length, MaxName)] : null),
                    [.. _tags.DistinctBy(Tag.Fold).Take(Tag.MostOfOne)],
                    _fields,
                    _optIn,
                    _notes
                )
            );
        }

        private string? NameOf(string cell, int column)
        {
            var plain = OneLine.Clean(cell.Length > 1_000 ? cell[..1_000] : cell);
            if (plain.Length > MaxName)
            {
                _notes.Add(new ImportNote(column, "import.name-too-long"));
                return null;
            }

            return plain.Length > 0 ? plain : null;
        }

        private void OptIn(string cell, int column)
        {
            _optIn = FieldInput.YesNo(cell);
            if (_optIn is null && OneLine.Clean(cell).Length > 0)
            {
                _notes.Add(new ImportNote(column, "field-bad.yes-no"));
            }
        }

        private void Field(ContactField field, string cell, int column)
        {
            switch (FieldInput.Read(field, cell, settings.Culture))
            {
                case FieldReading.Read read:
                    _fields[field.Key] = read.Value;
                    break;
                case FieldReading.Bad bad:
                    _notes.Add(new ImportNote(column, bad.Key));
                    break;
            }
        }
    }
}
