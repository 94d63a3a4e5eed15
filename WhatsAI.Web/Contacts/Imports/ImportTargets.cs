using WhatsAI.Core.Contacts.Import;

namespace WhatsAI.Web.Contacts.Imports;

/// <summary>What a column holds, as the word of a choice.</summary>
internal static class ImportTargets
{
    private const string Field = "field:";

    public static string Word(ColumnTarget target) =>
        target switch
        {
            ColumnTarget.Phone => "phone",
            ColumnTarget.AreaCode => "area-code",
            ColumnTarget.Name => "name",
            ColumnTarget.FirstName => "first-name",
            ColumnTarget.LastName => "last-name",
            ColumnTarget.Tags => "tags",
            ColumnTarget.OptIn => "opt-in",
            ColumnTarget.Field field => Field + field.Key,
            _ => "nothing",
        };

    public static ColumnTarget Of(string word) =>
        word switch
        {
            "phone" => new ColumnTarget.Phone(),
            "area-code" => new ColumnTarget.AreaCode(),
            "name" => new ColumnTarget.Name(),
            "first-name" => new ColumnTarget.FirstName(),
            "last-name" => new ColumnTarget.LastName(),
            "tags" => new ColumnTarget.Tags(),
            "opt-in" => new ColumnTarget.OptIn(),
            _ when word.StartsWith(Field, StringComparison.Ordinal) => new ColumnTarget.Field(word[Field.Length..]),
            _ => new ColumnTarget.Nothing(),
        };
}
