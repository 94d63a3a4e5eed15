using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox.Search;

namespace WhatsAI.Web.Inbox;

/// <summary>The inbox's part of an address after the question mark, as it came.</summary>
public sealed record InboxQuery(
    string? Status,
    string? Number,
    string? Unread,
    string? Whose,
    string? Team,
    string? Label,
    string? Priority,
    string? Kind,
    string? Order = null
);

/// <summary>The inbox's addresses: filters and the selected conversation, so that a reload or a shared link shows the same.</summary>
public static class InboxUrl
{
    public static InboxFilter Read(InboxQuery query, UserId me) =>
        new(
            query.Status switch
            {
                "pending" => ConversationStatus.Pending,
                "snoozed" => ConversationStatus.Snoozed,
                "resolved" => ConversationStatus.Resolved,
                _ => ConversationStatus.Open,
            },
            Id.TryParse<InstanceId>(query.Number, out var instance) ? instance : null,
            query.Unread is "1",
            query.Whose switch
            {
                "mine" => new Whose(me),
                "nobody" => Whose.Nobodys,
                _ => Id.TryParse<UserId>(query.Whose, out var user) ? new Whose(user) : null,
            },
            Id.TryParse<TeamId>(query.Team, out var team) ? team : null,
            Id.TryParse<LabelId>(query.Label, out var label) ? label : null,
            query.Priority switch
            {
                "low" => ConversationPriority.Low,
                "normal" => ConversationPriority.Normal,
                "high" => ConversationPriority.High,
                "urgent" => ConversationPriority.Urgent,
                _ => null,
            }
        )
        {
            Kind = query.Kind is "groups" ? ConversationKind.Group : ConversationKind.Person,
            Order = query.Order is "lapse" ? InboxOrder.Lapse : InboxOrder.Newest,
        };

    /// <summary>The list, or what is looked for instead of it; perhaps with a conversation open, perhaps at one of its messages.</summary>
    public static string Of(
        ShellContext shell,
        InboxFilter filter,
        ConversationId? conversation = null,
        SearchTerms? search = null,
        MessageId? at = null
    )
    {
        var query = new List<string>();
        if (filter.Status != ConversationStatus.Open)
        {
            query.Add($"status={filter.Status.ToString().ToLowerInvariant()}");
        }

        if (filter.Kind == ConversationKind.Group)
        {
            query.Add("kind=groups");
        }

        if (filter.InstanceId is { } instance)
        {
            query.Add($"number={instance}");
        }

        if (filter.UnreadOnly)
        {
            query.Add("unread=1");
        }

        if (filter.Whose is { } whose)
        {
            query.Add($"whose={(whose.Assignee == shell.UserId ? "mine" : whose.Assignee?.ToString() ?? "nobody")}");
        }

        if (filter.TeamId is { } team)
        {
            query.Add($"team={team}");
        }

        if (filter.LabelId is { } label)
        {
            query.Add($"label={label}");
        }

        if (filter.Priority is { } priority)
        {
            query.Add($"priority={priority.ToString().ToLowerInvariant()}");
        }

        if (filter.Order == InboxOrder.Lapse)
        {
            query.Add("order=lapse");
        }

        query.AddRange(search?.Query ?? []);
        if (at is { } message && conversation is not null)
        {
            query.Add($"at={message}");
        }

        var path = shell.Path(conversation is { } id ? $"inbox/{id}" : "inbox");
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    /// <summary>At a message, whatever the list is filtered by.</summary>
    public static string Of(ShellContext shell, ConversationId conversation, MessageId? message) =>
        shell.Path($"inbox/{conversation}") + (message is { } id ? $"?message={id}" : "");

    public static string Media(ShellContext shell, MediaId media) => shell.Path($"media/{media}");
}
