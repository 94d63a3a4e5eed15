using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <param name="Numbers">What he sees; null: all.</param>
/// <param name="IsMe">Whoever looks.</param>
public sealed record MemberRow(
    UserId Id,
    string Name,
    string Email,
    Role Role,
    IReadOnlyList<InstanceId>? Numbers,
    DateTimeOffset? LastSeenAt,
    DateTimeOffset? DisabledAt,
    bool IsMe
);

/// <summary>An invitation that may still be accepted.</summary>
/// <param name="Email">Null: whoever has the link.</param>
/// <param name="Numbers">How many he will see; null: all.</param>
public sealed record InvitationRow(InvitationId Id, string? Email, Role Role, int? Numbers, DateTimeOffset ExpiresAt, string InvitedBy);

public sealed record MemberLogRow(long Id, DateTimeOffset At, string Actor, string Subject, string What, IReadOnlyList<string> Details);

/// <summary>Members, invitations and their log, of the scope's tenant. A company has tens of members, a few hundred at most.</summary>
public sealed class MemberQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, TimeProvider time)
{
    public const int LogPage = 20;

    /// <summary>By role, then by name.</summary>
    public async Task<IReadOnlyList<MemberRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.MembersManage);
        var (tenant, me) = (member.TenantId, member.UserId);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var numbers = await db.MemberNumbers.Select(n => new { n.UserId, n.InstanceId }).ToListAsync(ct);
        var of = numbers.ToLookup(n => n.UserId, n => n.InstanceId);
        var rows = await (
            from m in db.Memberships
            where m.TenantId == tenant
            from u in db.Users
            where (Guid)(object)m.UserId == u.Id
            select new
            {
                m.UserId,
                u.DisplayName,
                u.Email,
                m.Role,
                m.SeesAllNumbers,
                m.LastSeenAt,
                m.DisabledAt,
            }
        ).ToListAsync(ct);
        return
        [
            .. rows.Select(r => new MemberRow(
                    r.UserId,
                    r.DisplayName,
                    r.Email ?? "",
                    r.Role,
                    r.SeesAllNumbers || r.Role.SeesEveryNumber() ? null : [.. of[r.UserId]],
                    r.LastSeenAt,
                    r.DisabledAt,
                    r.UserId == me
                ))
                .OrderBy(r => r.Role)
                .ThenBy(r => r.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    /// <summary>Those that may still be accepted, the newest first.</summary>
    public async Task<IReadOnlyList<InvitationRow>> InvitationsAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.MembersManage);
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        await using var db = await dbs.CreateDbContextAsync(ct);
        var rows = await (
            from i in db.Invitations
            where i.TenantId == tenant && i.RevokedAt == null && i.AcceptedAt == null && i.ExpiresAt > now
            from u in db.Users
            where (Guid)(object)i.InvitedBy == u.Id
            orderby i.CreatedAt descending
            select new
            {
                i.Id,
                i.Email,
                i.Role,
                i.Numbers,
                i.ExpiresAt,
                u.DisplayName,
            }
        ).ToListAsync(ct);
        return [.. rows.Select(r => new InvitationRow(r.Id, r.Email, r.Role, r.Numbers?.Length, r.ExpiresAt, r.DisplayName))];
    }

    /// <summary>Newest first, a page below <paramref name="before"/>, one more than <see cref="LogPage"/> so that it is known whether there are further ones.</summary>
    public async Task<IReadOnlyList<MemberLogRow>> LogAsync(long? before, CancellationToken ct = default)
    {
        member.Demand(Permission.MembersManage);
        var last = before ?? long.MaxValue;
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db
            .MemberLog.Where(e => e.Id < last)
            .OrderByDescending(e => e.Id)
            .Take(LogPage + 1)
            .Select(e => new MemberLogRow(e.Id, e.At, e.ActorName, e.SubjectName, e.What, e.Details))
            .ToListAsync(ct);
    }
}
