using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>A first guess at what a file's columns hold, by their titles in Portuguese and English and by what stands in them. A person confirms it.</summary>
public static class ColumnSuggestion
{
    private const double MostOfThem = 0.6;

    private static readonly (ColumnTarget Target, string[] Titles)[] _known =
    [
        (
            new ColumnTarget.Phone(),
            [
                "whatsapp",
                "whats",
                "zap",
                "celular",
                "telefonecelular",
                "fonecelular",
                "mobile",
                "mobilephone",
                "cellphone",
                "cell",
                "telefone",
                "telefones",
                "telefone1",
                "fone",
                "tel",
                "phone",
                "phonenumber",
                "phone1value",
                "numero",
                "number",
                "contato",
                "msisdn",
            ]
        ),
        (new ColumnTarget.AreaCode(), ["ddd", "areacode", "coddearea", "codigodearea"]),
        (
            new ColumnTarget.Name(),
            [
                "nome",
                "nomecompleto",
                "nomedocliente",
                "cliente",
                "razaosocial",
                "nomefantasia",
                "name",
                "fullname",
                "customer",
                "customername",
                "contactname",
                "displayname",
            ]
        ),
        (new ColumnTarget.FirstName(), ["primeironome", "prenome", "firstname", "givenname"]),
        (new ColumnTarget.LastName(), ["sobrenome", "ultimonome", "lastname", "surname", "familyname"]),
        (
            new ColumnTarget.Tags(),
            [
                "etiqueta",
                "etiquetas",
                "tag",
                "tags",
                "grupo",
                "grupos",
                "marcadores",
                "categoria",
                "categorias",
                "label",
                "labels",
                "groups",
                "category",
            ]
        ),
        (
            new ColumnTarget.OptIn(),
            [
                "consentimento",
                "optin",
                "aceite",
                "aceita",
                "aceitareceber",
                "aceitoureceber",
                "autorizacao",
                "autoriza",
                "consent",
                "marketing",
                "lgpd",
                "subscribed",
            ]
        ),
    ];

    /// <param name="rows">The file's first rows.</param>
    /// <param name="fields">Of the company.</param>
    /// <param name="country">Calling code for numbers without one.</param>
    public static ColumnMapping Of(IReadOnlyList<IReadOnlyList<string>> rows, IReadOnlyList<ContactField> fields, string country = "55")
    {
        var first = rows.Count > 0 ? rows[0] : [];
        var named = first.Select(title => TargetOf(title, fields)).ToArray();
        var hasHeader =
            first.Count > 0
            && !first.Any(c => IsPhone(c, country))
            && (named.Any(t => t is not null) || first.All(c => !c.Any(char.IsAsciiDigit)));
        var body = hasHeader ? rows.Skip(1).ToArray() : [.. rows];
        var columns = Enumerable.Range(0, rows.Count == 0 ? 0 : rows.Max(r => r.Count));
        var targets = columns.Select(i => (hasHeader && i < named.Length ? named[i] : null) ?? new ColumnTarget.Nothing()).ToArray();
        OnlyOneEach(targets, body, country);
        if (!targets.Any(t => t is ColumnTarget.Phone) && PhoneColumn(targets, body, country) is { } phone)
        {
            targets[phone] = new ColumnTarget.Phone();
        }

        return new ColumnMapping(targets, hasHeader);
    }

    /// <summary>A company's own field comes before our words for columns.</summary>
    private static ColumnTarget? TargetOf(string title, IReadOnlyList<ContactField> fields)
    {
        var folded = new string([.. OneLine.Fold(title).Where(char.IsLetterOrDigit)]);
        return folded.Length == 0 ? null
            : fields.FirstOrDefault(f => Letters(f.FoldedName) == folded || Letters(f.Key) == folded) is { } field
                ? new ColumnTarget.Field(field.Key)
            : Array.Find(_known, k => k.Titles.Contains(folded)).Target;
    }

    private static string Letters(string text) => new([.. text.Where(char.IsLetterOrDigit)]);

    // Of several columns that could be the phone, the one with the most numbers in it; of others the first.
    private static void OnlyOneEach(ColumnTarget[] targets, IReadOnlyList<IReadOnlyList<string>> body, string country)
    {
        foreach (var target in targets.Where(t => t is not (ColumnTarget.Nothing or ColumnTarget.Tags)).Distinct().ToArray())
        {
            var places = Enumerable.Range(0, targets.Length).Where(i => targets[i] == target).ToArray();
            var kept = target is ColumnTarget.Phone ? places.MaxBy(i => Phones(body, i, country)) : places[0];
            foreach (var other in places.Where(i => i != kept))
            {
                targets[other] = new ColumnTarget.Nothing();
            }
        }
    }

    private static int? PhoneColumn(ColumnTarget[] targets, IReadOnlyList<IReadOnlyList<string>> body, string country)
    {
        var best = Enumerable
            .Range(0, targets.Length)
            .Where(i => targets[i] is ColumnTarget.Nothing)
            .Select(i => (Column: i, Count: Phones(body, i, country)))
            .OrderByDescending(c => c.Count)
            .FirstOrDefault();
        return best.Count > 0 && best.Count >= body.Count * MostOfThem ? best.Column : null;
    }

    private static int Phones(IReadOnlyList<IReadOnlyList<string>> body, int column, string country) =>
        body.Count(r => column < r.Count && IsPhone(r[column], country));

    private static bool IsPhone(string cell, string country) => ImportPhone.Read(cell, areaCode: "", country) is ImportPhone.Found;
}
