using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>Who may keep something where, of what members keep for themselves, for a team or for everybody: canned responses and macros.</summary>
internal static class CannedPlaces
{
    /// <exception cref="RuleException">The member may not.</exception>
    public static void Demand(this CurrentMember member, CannedScope scope)
    {
        member.Demand(Permission.ConversationsReply);
        if (scope != CannedScope.Personal)
        {
            member.Demand(Permission.CannedManage);
        }
    }

    /// <exception cref="RuleException">The member may not, or the team is gone.</exception>
    public static async Task<CannedPlace> PlaceAsync(
        this CurrentMember member,
        ConsoleDb db,
        CannedScope scope,
        TeamId? team,
        CancellationToken ct
    )
    {
        member.Demand(scope);
        switch (scope)
        {
            case CannedScope.Personal:
                return CannedPlace.Of(member.UserId);
            case CannedScope.Team when team is { } id && await db.Teams.AnyAsync(t => t.Id == id, ct):
                return CannedPlace.Of(id);
            case CannedScope.Team:
                throw new RuleException("team.gone");
            default:
                return CannedPlace.Tenant;
        }
    }
}
