using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox;

/// <summary>For whom a canned response is there.</summary>
public enum CannedScope
{
    Personal,
    Team,
    Tenant,
}

/// <summary>Whose a canned response is; its code is unique among those of the same place.</summary>
public sealed record CannedPlace
{
    private CannedPlace(CannedScope scope, UserId? owner, TeamId? team) => (Scope, Owner, Team) = (scope, owner, team);

    /// <summary>Everybody's in the company.</summary>
    public static CannedPlace Tenant { get; } = new(CannedScope.Tenant, owner: null, team: null);

    public CannedScope Scope { get; }

    /// <summary>Whose a personal one is; nobody else sees it.</summary>
    public UserId? Owner { get; }

    public TeamId? Team { get; }

    public static CannedPlace Of(UserId owner) => new(CannedScope.Personal, owner, team: null);

    public static CannedPlace Of(TeamId team) => new(CannedScope.Team, owner: null, team);
}
