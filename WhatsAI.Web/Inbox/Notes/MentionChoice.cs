using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Notes;

/// <summary>Somebody whom a note may mention, as the browser shows him.</summary>
/// <param name="Face">Classes of his picture.</param>
/// <param name="Presence">Class of his presence; <paramref name="Says"/> is its word.</param>
internal sealed record MentionChoice(string Id, string Name, string Initials, string Face, string Presence, string Says)
{
    public static MentionChoice Of(AgentRow agent, IStringLocalizer<InboxText> texts)
    {
        var (id, presence) = (agent.Id.ToString(), agent.Agent.Presence.ToString().ToLowerInvariant());
        return new(
            id,
            agent.Name,
            Common.Initials.Of(agent.Name),
            $"avatar sm cat-{Category.Of(id)}",
            presence,
            texts[$"presence.{presence}"]
        );
    }
}
