using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Search;

/// <summary>Messages with a file of this kind.</summary>
public enum SearchMedia
{
    Any,
    Image,
    Video,
    Audio,
    Document,
}

/// <summary>Which messages are looked through, of any time and any status; conversations keep to number and label, and to the agent who has them.</summary>
/// <param name="Number">Through which it went.</param>
/// <param name="Agent">Who wrote it.</param>
/// <param name="Label">Which its conversation has.</param>
/// <param name="Since">Not older.</param>
/// <param name="Until">Older than this.</param>
/// <param name="Media">Null: with a file and without.</param>
public sealed record SearchFilter(
    InstanceId? Number = null,
    UserId? Agent = null,
    LabelId? Label = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    MessageDirection? Direction = null,
    SearchMedia? Media = null
)
{
    internal string[]? Kinds =>
        Media switch
        {
            null => null,
            SearchMedia.Any => [.. Enum.GetValues<MessageKind>().Where(HasFile).Select(k => k.ToString())],
            { } one => [one.ToString()],
        };

    private static bool HasFile(MessageKind kind) =>
        kind is MessageKind.Image or MessageKind.Video or MessageKind.Audio or MessageKind.Document or MessageKind.Sticker;
}
