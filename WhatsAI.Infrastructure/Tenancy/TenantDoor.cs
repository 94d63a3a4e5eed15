using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>The door for people: a circuit or an HTTP request enters the tenant its address names, if the user is a member.</summary>
public sealed class TenantDoor(TenantQueries queries, CurrentMember member, IDbContextFactory<ConsoleDb> dbs)
{
    /// <summary>Null, and nothing is entered, when there is no such tenant or it is not the user's.</summary>
    public async Task<TenantEntry?> EnterAsync(string slug, UserId userId, CancellationToken ct = default)
    {
        var entry = await queries.EntryAsync(slug, userId, ct);
        if (entry is not null && await queries.AccessAsync(entry.Id, userId, ct) is { } access)
        {
            member.Enter(entry.Id, entry.UserId, access, entry.DisplayName);
            return entry with { Role = access.Role };
        }

        return null;
    }

    /// <summary>Notes, to the minute, that the member has the company open.</summary>
    public async Task SeenAsync(TenantId tenant, UserId user, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE memberships SET last_seen_at = now() WHERE tenant_id = {tenant.Value} AND user_id = {user.Value} AND coalesce(last_seen_at < now() - interval '1 minute', true)",
            ct
        );
    }

    /// <summary>Remembers where the user was, for his next sign-in.</summary>
    public async Task RememberAsync(CancellationToken ct = default)
    {
        await SeenAsync(member.TenantId, member.UserId, ct);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var (tenant, user) = ((TenantId?)member.TenantId, member.UserId.Value);
        await db
            .Users.Where(u => u.Id == user && (u.LastTenantId == null || u.LastTenantId != tenant))
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.LastTenantId, tenant), ct);
    }
}
