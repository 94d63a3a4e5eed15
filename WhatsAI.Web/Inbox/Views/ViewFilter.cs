using Microsoft.AspNetCore.WebUtilities;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Views;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Views;

/// <summary>A view is what the list's address says; here both are turned into each other.</summary>
public static class ViewFilter
{
    public static InboxFilter Of(InboxViewRow view, UserId me) => Read(view.Query, me);

    public static InboxFilter Read(string query, UserId me)
    {
        var said = QueryHelpers.ParseQuery(query);
        return InboxUrl.Read(
            new InboxQuery(
                said.GetValueOrDefault("status"),
                said.GetValueOrDefault("number"),
                said.GetValueOrDefault("unread"),
                said.GetValueOrDefault("whose"),
                said.GetValueOrDefault("team"),
                said.GetValueOrDefault("label"),
                said.GetValueOrDefault("priority"),
                said.GetValueOrDefault("kind"),
                said.GetValueOrDefault("order")
            ),
            me
        );
    }

    /// <summary>The filter as an address says it, without the question mark.</summary>
    public static string Query(InboxFilter filter, ShellContext shell) =>
        InboxUrl.Of(shell, filter).Split('?', 2) is [_, var query] ? query : "";

    public static string Url(InboxViewRow view, ShellContext shell, ConversationId? selected) =>
        InboxUrl.Of(shell, Of(view, shell.UserId), selected);

    /// <summary>Why it finds nothing any more, as a key; null: what it names is there.</summary>
    public static string? Gone(InboxViewRow view, InboxSummary summary, UserId me)
    {
        var filter = Of(view, me);
        return filter.LabelId is { } label && summary.Labels.All(l => l.Id != label) ? "gone.label"
            : filter.TeamId is { } team && summary.Teams.All(t => t.Id != team) ? "gone.team"
            : filter.InstanceId is { } number && summary.Number(number) is null or { Deleted: true } ? "gone.number"
            : null;
    }
}
