using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox;

/// <summary>A department: members who answer together, with hours in which they do.</summary>
public sealed class Team : ITenantOwned
{
    public const int MaxNameLength = 60;

    private Team() { }

    /// <exception cref="RuleException">The name is not acceptable.</exception>
    public Team(TeamId id, TenantId tenantId, string name, DateTimeOffset now)
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Rename(name);
    }

    public TeamId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    /// <summary>Unique among the company's teams, whatever the case.</summary>
    public string Name { get; private set; } = "";

    /// <summary>How a conversation that comes to the team finds its agent.</summary>
    public AssignmentMode Mode { get; private set; }

    /// <summary>In the tenant's zone.</summary>
    public BusinessHours Hours { get; private set; } = BusinessHours.Always;

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">Empty, or longer than <see cref="MaxNameLength"/>.</exception>
    public void Rename(string name)
    {
        var trimmed = name.Trim();
        Name = trimmed.Length is > 0 and <= MaxNameLength ? trimmed : throw new RuleException("team.name-invalid", MaxNameLength);
    }

    public void Distribute(AssignmentMode mode) => Mode = mode;

    public void Open(BusinessHours hours) => Hours = hours;
}

/// <summary>A member's place in a team.</summary>
public sealed class TeamMember : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public TeamId TeamId { get; init; }

    public UserId UserId { get; init; }
}
