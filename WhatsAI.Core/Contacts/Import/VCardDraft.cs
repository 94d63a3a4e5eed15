using WhatsAI.Core.Common;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>A card that is being read.</summary>
internal sealed class VCardDraft(long line)
{
    // Of family; given; additional; prefixes; suffixes.
    private static readonly int[] _order = [3, 1, 2, 0, 4];

    private readonly List<string> _phones = [];
    private readonly List<string> _emails = [];
    private readonly List<string> _categories = [];
    private string? _formatted;
    private string? _parts;
    private string? _organization;
    private string? _birthday;

    public void Add(VCardProperty property)
    {
        switch (property.Name)
        {
            case "FN":
                _formatted ??= Plain(property.Text);
                break;
            case "N":
                var n = property.Parts(';');
                _parts ??= Plain(string.Join(' ', _order.Where(i => i < n.Count).Select(i => n[i])));
                break;
            case "TEL" when _phones.Count < VCards.MaxPhones && property.Phone is { } phone:
                _phones.Add(phone);
                break;
            case "EMAIL" when _emails.Count < VCards.MaxPhones && Plain(property.Text) is { } email:
                _emails.Add(email);
                break;
            case "ORG":
                _organization ??= Plain(property.Parts(';')[0]);
                break;
            case "CATEGORIES":
                _categories.AddRange(property.Parts(',').Select(Plain).OfType<string>().Take(Tag.MostOfOne - _categories.Count));
                break;
            case "BDAY":
                _birthday ??=
                    Plain(property.Text) is { Length: 8 } day && day.All(char.IsAsciiDigit)
                        ? $"{day[..4]}-{day[4..6]}-{day[6..]}"
                        : Plain(property.Text);
                break;
        }
    }

    public VCard Whole() => new(line, _formatted ?? _parts ?? _organization, _phones, _emails, _organization, _categories, _birthday);

    public VCard Broken() => Whole() with { Key = "import.card-never-ends" };

    private static string? Plain(string text) => OneLine.Clean(text) is { Length: > 0 } plain ? plain : null;
}
