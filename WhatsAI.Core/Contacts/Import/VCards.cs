using System.Text;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>A card of an address book, as far as a contact has a place for it.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Key">Why it could not be read, a resource key below "import."; null where it could.</param>
public sealed record VCard(
    long Line,
    string? Name,
    IReadOnlyList<string> Phones,
    IReadOnlyList<string> Emails,
    string? Organization,
    IReadOnlyList<string> Categories,
    string? Birthday,
    string? Key = null
);

/// <summary>
/// Reads vCard 2.1, 3.0 and 4.0 given piece by piece. Pictures and everything else a contact has no place for is passed over line by line, so a card may be any
/// size; what is kept of one is bounded.
/// </summary>
public sealed class VCards(ImportEncoding encoding)
{
    public const int MaxPhones = 20;

    // Of one property, its continuations included.
    private const int MaxProperty = 8_000;

    private readonly ImportLines _lines = new(encoding);
    private readonly StringBuilder _property = new();
    private VCardDraft? _card;
    private int _inner;
    private long _at;

    // A property of 2.1 in quoted-printable goes on after a line that ends with "=".
    private bool _soft;
    private bool _wanted;

    /// <summary>Lines read so far.</summary>
    public long Lines => _lines.Count;

    /// <summary>The cards that end in this piece. Take them all before the piece's memory is used again.</summary>
    public IEnumerable<VCard> Read(ReadOnlyMemory<byte> piece) => _lines.Read(piece).SelectMany(Take);

    /// <summary>What is left at the file's end: a card that nothing ends cannot be trusted to be whole.</summary>
    public IReadOnlyList<VCard> End()
    {
        IReadOnlyList<VCard> last = _lines.End() is { } line ? Take(line) : [];
        IReadOnlyList<VCard> ended = Finish();
        IReadOnlyList<VCard> open = _card is { } card ? [card.Broken()] : [];
        _card = null;
        return [.. last, .. ended, .. open];
    }

    private IReadOnlyList<VCard> Take(ImportLine line)
    {
        var text = line.Text;
        if (_soft || text.StartsWith(' ') || text.StartsWith('\t'))
        {
            Continue(text);
            return [];
        }

        var ended = Finish();
        (_at, _wanted) = (line.Number, VCardProperty.IsWanted(text));
        if (_wanted)
        {
            _property.Append(text, 0, Math.Min(text.Length, MaxProperty));
            _soft = VCardProperty.IsSoftlyBroken(text);
        }

        return ended;
    }

    private void Continue(string text)
    {
        var more = _soft ? text : text[1..];
        if (_soft)
        {
            _property.Length--;
        }

        if (_wanted && _property.Length + more.Length <= MaxProperty)
        {
            _property.Append(more);
            _soft = _soft && more.EndsWith('=');
        }
        else
        {
            _soft = false;
        }
    }

    private IReadOnlyList<VCard> Finish()
    {
        var text = _property.ToString();
        _property.Clear();
        (_soft, _wanted) = (false, false);
        if (VCardProperty.Read(text) is not { } property)
        {
            return [];
        }

        if (property.Is("BEGIN", "VCARD"))
        {
            // A card within a card (2.1's AGENT) is somebody else's.
            _inner += _card is null ? 0 : 1;
            _card ??= new VCardDraft(_at);
            return [];
        }

        if (property.Is("END", "VCARD"))
        {
            var card = _inner == 0 ? _card?.Whole() : null;
            (_card, _inner) = _inner == 0 ? (null, 0) : (_card, _inner - 1);
            return card is null ? [] : [card];
        }

        if (_inner == 0)
        {
            _card?.Add(property);
        }

        return [];
    }
}
