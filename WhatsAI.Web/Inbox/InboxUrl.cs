using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>The inbox's addresses: filters and the selected conversation, so that a reload or a shared link shows the same.</summary>
public static class InboxUrl
{
    public static InboxFilter Read(string? status, string? number, string? unread) =>
        new(
            status switch
            {
                "pending" => ConversationStatus.Pending,
                "resolved" => ConversationStatus.Resolved,
                _ => ConversationStatus.Open,
            },
            Id.TryParse<InstanceId>(number, out var instance) ? instance : null,
            unread is "1"
        );

    public static string Of(ShellContext shell, InboxFilter filter, ConversationId? conversation = null)
    {
        var query = new List<string>();
        if (filter.Status != ConversationStatus.Open)
        {
            query.Add($"status={filter.Status.ToString().ToLowerInvariant()}");
        }

        if (filter.InstanceId is { } instance)
        {
            query.Add($"number={instance}");
        }

        if (filter.UnreadOnly)
        {
            query.Add("unread=1");
        }

        var path = shell.Path(conversation is { } id ? $"inbox/{id}" : "inbox");
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    public static string Media(ShellContext shell, MediaId media) => shell.Path($"media/{media}");
}
