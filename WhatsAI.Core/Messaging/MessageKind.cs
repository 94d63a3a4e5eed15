namespace WhatsAI.Core.Messaging;

public enum MessageKind
{
    Text,
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Location,
    Contacts,
    Poll,

    /// <summary>The answer to a button, list or template of ours.</summary>
    Choice,

    /// <summary>Buttons or a list.</summary>
    Menu,

    /// <summary>A kind WhatsApp has and the console does not show; kept as it came.</summary>
    Unsupported,

    /// <summary>A line the console wrote itself ("resolved by Ana"); never sent.</summary>
    Line,
}
