using WhatsAI.Core.Common;

namespace WhatsAI.Core.Tenancy;

/// <summary>
/// A link by which somebody becomes a member: good once, for <see cref="Lifetime"/>, and only while whoever made it could still make it. The link's
/// secret is kept as a hash, so nobody can read it again, not even its maker.
/// </summary>
public sealed class Invitation
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public const int MaxEmailLength = 254;

    private Invitation() { }

    /// <param name="id">Its id.</param>
    /// <param name="by">Who invites.</param>
    /// <param name="tokenHash">SHA-256 of the link's secret.</param>
    /// <param name="email">Who alone may accept; null: whoever has the link.</param>
    /// <param name="role">Not above the inviter's own.</param>
    /// <param name="numbers">Ids of the numbers the member will see; null: all. Without meaning for a role that sees all.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RuleException">The inviter may not, or not this role.</exception>
    public Invitation(
        InvitationId id,
        Membership by,
        byte[] tokenHash,
        string? email,
        Role role,
        IReadOnlyCollection<Guid>? numbers,
        DateTimeOffset now
    )
    {
        DemandMay(by, role);
        (Id, TenantId, InvitedBy, TokenHash, Role) = (id, by.TenantId, by.UserId, tokenHash, role);
        (CreatedAt, ExpiresAt) = (now, now + Lifetime);
        Email = string.IsNullOrWhiteSpace(email) ? null : email.Trim();
        Numbers = numbers is null || role.SeesEveryNumber() ? null : [.. numbers];
    }

    public InvitationId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public UserId InvitedBy { get; private set; }

    public byte[] TokenHash { get; private set; } = [];

    public string? Email { get; private set; }

    public Role Role { get; private set; }

    public Guid[]? Numbers { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public DateTimeOffset? AcceptedAt { get; private set; }

    public UserId? AcceptedBy { get; private set; }

    /// <summary>Not yet used, withdrawn or too old. Whether its maker may still give it is not asked here.</summary>
    public bool IsOpen(DateTimeOffset now) => RevokedAt is null && AcceptedAt is null && now < ExpiresAt;

    /// <summary>Whether it may still be accepted, given its maker's place in the company as it is now.</summary>
    public bool IsGood(Membership? by, DateTimeOffset now) =>
        IsOpen(now) && by is { DisabledAt: null } && by.UserId == InvitedBy && by.Role.Allows(Permission.MembersManage) && Role >= by.Role;

    /// <exception cref="RuleException">It is used up, withdrawn or too old; its maker may no longer invite; or it is for somebody else.</exception>
    public Membership Accept(Membership? by, UserId user, string email, DateTimeOffset now)
    {
        if (!IsGood(by, now))
        {
            throw new RuleException("invitation.gone");
        }

        if (Email is not null && !string.Equals(Email, email, StringComparison.OrdinalIgnoreCase))
        {
            throw new RuleException("invitation.for-another");
        }

        (AcceptedAt, AcceptedBy) = (now, user);
        return new Membership(TenantId, user, Role, now, Numbers is null);
    }

    /// <exception cref="RuleException">Whoever asks may not, or the invitation was accepted.</exception>
    public void Revoke(Membership by, DateTimeOffset now)
    {
        DemandMay(by, Role);
        if (AcceptedAt is not null)
        {
            throw new RuleException("invitation.accepted");
        }

        RevokedAt ??= now;
    }

    /// <summary>Takes a withdrawal back.</summary>
    /// <exception cref="RuleException">Whoever asks may not.</exception>
    public void Restore(Membership by)
    {
        DemandMay(by, Role);
        RevokedAt = null;
    }

    private static void DemandMay(Membership by, Role role)
    {
        if (by.DisabledAt is not null || !by.Role.Allows(Permission.MembersManage))
        {
            throw new RuleException("permission.missing");
        }

        if (role < by.Role)
        {
            throw new RuleException("member.role-above-yours");
        }
    }
}
