using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>A tenant as a member enters it.</summary>
public sealed record TenantEntry(
    TenantId Id,
    string Name,
    string Slug,
    string TimeZone,
    string Language,
    UserId UserId,
    string DisplayName,
    Role Role
);

/// <summary>A company that a user belongs to.</summary>
public sealed record TenantRow(string Name, string Slug, Role Role);

/// <summary>What people edit of their company, with the version they saw.</summary>
public sealed record TenantSettingsView(
    string Name,
    string Slug,
    string TimeZone,
    string Language,
    bool SendsReadReceipts,
    bool AnswerTakes,
    IReadOnlyList<string> OptOutWords,
    uint Version
);

/// <summary>Reads of tenants and memberships, which stand outside the wall: every query names the user or the scope's tenant.</summary>
public sealed class TenantQueries(IDbContextFactory<ConsoleDb> dbs, NpgsqlDataSource database, CurrentTenant tenant)
{
    /// <summary>Null when there is no such tenant, or the user is no member who may enter: the two look alike on purpose.</summary>
    public async Task<TenantEntry?> EntryAsync(string slug, UserId userId, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await (
            from t in db.Tenants
            where t.Slug == slug
            join m in db.Memberships on t.Id equals m.TenantId
            where m.UserId == userId && m.DisabledAt == null
            from u in db.Users
            where u.Id == userId.Value
            select new TenantEntry(t.Id, t.Name, t.Slug, t.TimeZone, t.Language, userId, u.DisplayName, m.Role)
        ).SingleOrDefaultAsync(ct);
    }

    /// <summary>The companies a user may enter, by name.</summary>
    public async Task<IReadOnlyList<TenantRow>> OfUserAsync(UserId userId, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await (
            from m in db.Memberships
            where m.UserId == userId && m.DisabledAt == null
            join t in db.Tenants on m.TenantId equals t.Id
            orderby t.Name, t.Slug
            select new TenantRow(t.Name, t.Slug, m.Role)
        ).ToListAsync(ct);
    }

    /// <summary>The company to open after a sign-in: the last one entered, else the first by name; null for a user without any.</summary>
    public async Task<string?> HomeAsync(UserId userId, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await (
            from m in db.Memberships
            where m.UserId == userId && m.DisabledAt == null
            join t in db.Tenants on m.TenantId equals t.Id
            from u in db.Users
            where u.Id == userId.Value
            orderby t.Id == u.LastTenantId descending, t.Name, t.Slug
            select t.Slug
        ).FirstOrDefaultAsync(ct);
    }

    /// <summary>What a user may do and see in a tenant now; null when he may not enter it.</summary>
    public async Task<MemberAccess?> AccessAsync(TenantId tenantId, UserId userId, CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(tenantId, ct);
        await using var command = scope.Connection.Sql(
            """
            SELECT m.role, m.sees_all_numbers,
                ARRAY(SELECT n.instance_id FROM member_numbers n WHERE n.tenant_id = m.tenant_id AND n.user_id = m.user_id)
            FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.disabled_at IS NULL
            """,
            tenantId.Value,
            userId.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var role = Enum.Parse<Role>(reader.GetString(0));
        return reader.GetBoolean(1) || role.SeesEveryNumber()
            ? MemberAccess.Everything(role)
            : new MemberAccess(role, reader.GetFieldValue<Guid[]>(2).Select(n => new InstanceId(n)).ToFrozenSet());
    }

    /// <summary>Of the scope's tenant.</summary>
    public async Task<TenantSettingsView> SettingsAsync(CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db
            .Tenants.Where(t => t.Id == tenant.Id)
            .Select(t => new TenantSettingsView(
                t.Name,
                t.Slug,
                t.TimeZone,
                t.Language,
                t.SendsReadReceipts,
                t.AnswerTakes,
                t.OptOutWords,
                t.Version
            ))
            .SingleAsync(ct);
    }
}
