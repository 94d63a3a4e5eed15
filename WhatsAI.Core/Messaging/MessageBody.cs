using System.Text.Json.Serialization;

namespace WhatsAI.Core.Messaging;

/// <summary>
/// What a message says. Stored as JSON (<see cref="MessageBodyJson"/>), so discriminators and property names are for ever.
/// The discriminator is the one key of one letter: jsonb sorts keys by length, so it stays first.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "k")]
[JsonDerivedType(typeof(TextBody), "text")]
[JsonDerivedType(typeof(ImageBody), "image")]
[JsonDerivedType(typeof(VideoBody), "video")]
[JsonDerivedType(typeof(AudioBody), "audio")]
[JsonDerivedType(typeof(DocumentBody), "document")]
[JsonDerivedType(typeof(StickerBody), "sticker")]
[JsonDerivedType(typeof(LocationBody), "location")]
[JsonDerivedType(typeof(ContactsBody), "contacts")]
[JsonDerivedType(typeof(PollBody), "poll")]
[JsonDerivedType(typeof(ChoiceBody), "choice")]
[JsonDerivedType(typeof(MenuBody), "menu")]
[JsonDerivedType(typeof(UnsupportedBody), "unsupported")]
[JsonDerivedType(typeof(LineBody), "line")]
[JsonDerivedType(typeof(NoteBody), "note")]
public abstract record MessageBody
{
    [JsonIgnore]
    public abstract MessageKind Kind { get; }

    /// <summary>The words a person would search for or read in a list: text, caption, file name, place, names. Empty when there are none.</summary>
    [JsonIgnore]
    public abstract string Plain { get; }

    /// <summary>The file that belongs to it; null for kinds without one.</summary>
    [JsonIgnore]
    public virtual MediaReference? File => null;
}

public sealed record TextBody(string Text, LinkPreview? Link = null) : MessageBody
{
    public override MessageKind Kind => MessageKind.Text;
    public override string Plain => Text;
}

/// <summary>What the sender's phone found behind a link; shown as text only, never fetched.</summary>
public sealed record LinkPreview(string Url, string? Title, string? Description);

public sealed record ImageBody(MediaReference Media, string? Caption = null) : MessageBody
{
    public override MessageKind Kind => MessageKind.Image;
    public override string Plain => Caption ?? "";
    public override MediaReference File => Media;
}

/// <param name="Seconds">Its length.</param>
/// <param name="Round">A video note, shown in a circle.</param>
/// <param name="Gif">Plays silently, in a loop.</param>
public sealed record VideoBody(MediaReference Media, string? Caption = null, int? Seconds = null, bool Round = false, bool Gif = false)
    : MessageBody
{
    public override MessageKind Kind => MessageKind.Video;
    public override string Plain => Caption ?? "";
    public override MediaReference File => Media;
}

/// <param name="Voice">Recorded in the chat rather than sent as a file.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Waveform">Up to 64 loudness values, 0 to 100 each.</param>
public sealed record AudioBody(MediaReference Media, bool Voice, int? Seconds = null, byte[]? Waveform = null) : MessageBody
{
    public override MessageKind Kind => MessageKind.Audio;
    public override string Plain => "";
    public override MediaReference File => Media;
}

public sealed record DocumentBody(MediaReference Media, string? Caption = null, int? Pages = null) : MessageBody
{
    public override MessageKind Kind => MessageKind.Document;
    public override string Plain =>
        (Caption, Media.FileName) switch
        {
            ({ Length: > 0 } caption, { Length: > 0 } name) => $"{name} {caption}",
            var (caption, name) => name ?? caption ?? "",
        };
    public override MediaReference File => Media;
}

public sealed record StickerBody(MediaReference Media, bool Animated = false) : MessageBody
{
    public override MessageKind Kind => MessageKind.Sticker;
    public override string Plain => "";
    public override MediaReference File => Media;
}

/// <param name="Latitude">Degrees, finite.</param>
/// <param name="Longitude">Degrees, finite.</param>
/// <param name="Live">Shared as it moves; only the first place is known here.</param>
public sealed record LocationBody(
    double Latitude,
    double Longitude,
    string? Name = null,
    string? Address = null,
    bool Live = false,
    string? Caption = null
) : MessageBody
{
    public override MessageKind Kind => MessageKind.Location;
    public override string Plain => string.Join(' ', new[] { Name, Address, Caption }.Where(part => !string.IsNullOrEmpty(part)));
}

public sealed record ContactsBody(IReadOnlyList<ContactCard> Cards) : MessageBody
{
    public override MessageKind Kind => MessageKind.Contacts;
    public override string Plain => string.Join(", ", Cards.Select(card => card.Name));
}

/// <param name="Phones">As written on the card, not checked.</param>
public sealed record ContactCard(string Name, IReadOnlyList<string> Phones, string? VCard = null);

/// <param name="Selectable">How many options may be chosen; 0 means any number.</param>
public sealed record PollBody(string Question, IReadOnlyList<string> Options, int Selectable) : MessageBody
{
    public override MessageKind Kind => MessageKind.Poll;
    public override string Plain => Question;
}

public enum MenuForm
{
    Buttons,
    List,
    Template,
    Interactive,
}

/// <param name="Id">The id given to the option when it was offered; empty when the gateway does not say.</param>
public sealed record ChoiceBody(MenuForm Form, string Id, string Text) : MessageBody
{
    public override MessageKind Kind => MessageKind.Choice;
    public override string Plain => Text;
}

public sealed record MenuBody(MenuForm Form, string? Title, string Text, string? Footer, IReadOnlyList<MenuOption> Options) : MessageBody
{
    public override MessageKind Kind => MessageKind.Menu;
    public override string Plain => string.Join(' ', new[] { Title, Text }.Where(part => !string.IsNullOrEmpty(part)));
}

public sealed record MenuOption(string Id, string Text, string? Description = null);

/// <param name="Type">The provider's name of the kind.</param>
public sealed record UnsupportedBody(string Type) : MessageBody
{
    public override MessageKind Kind => MessageKind.Unsupported;
    public override string Plain => "";
}

/// <summary>A line the console writes into a thread itself: a text of the resources and what fills it, so that each reads it in his language.</summary>
/// <param name="Key">A resource key ("line.resolved").</param>
/// <param name="Values">Names and numbers for its placeholders.</param>
public sealed record LineBody(string Key, IReadOnlyList<string> Values) : MessageBody
{
    public override MessageKind Kind => MessageKind.Line;
    public override string Plain => "";
}
