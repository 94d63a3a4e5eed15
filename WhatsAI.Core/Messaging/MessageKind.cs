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

    /// <summary>What a colleague wrote for colleagues (<see cref="NoteBody"/>); never sent.</summary>
    Note,
}

public static class MessageKinds
{
    /// <summary>Stands in the thread and is no message of anybody's to anybody: it is not sent, counted, quoted, answered or shown in the list.</summary>
    public static bool IsInternal(this MessageKind kind) => kind is MessageKind.Line or MessageKind.Note;
}
