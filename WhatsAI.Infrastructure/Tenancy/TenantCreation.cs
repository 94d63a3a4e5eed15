using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <param name="Password">Unused where the address belongs to a user already: he becomes the owner with the password he has.</param>
/// <param name="Slug">Null: made of the name.</param>
public sealed record NewTenant(
    string Name,
    string OwnerEmail,
    string OwnerName,
    string Password,
    string TimeZone = "America/Sao_Paulo",
    string Language = "pt-BR",
    string? Slug = null
);

public sealed record CreatedTenant(TenantId Id, string Slug, UserId OwnerId, bool OwnerIsNew);

/// <summary>
/// Makes companies. The operator's verb, for the doors where no member can be asked: set-up, the command line, the demo. User, tenant and
/// membership are one transaction; the rows behind the tenant's wall follow and are also made at every start.
/// </summary>
public sealed class TenantCreation(ConsoleDb db, UserManager<ConsoleUser> users, SharedGatewayRows gateways, TimeProvider time)
{
    // Any constant that nothing else uses.
    private const long FirstUserLock = 7_194_402_218;
    private const int SlugTries = 50;

    public Task<bool> HasUsersAsync(CancellationToken ct = default) => db.Users.AnyAsync(ct);

    /// <summary>The first start: null when a user exists by now, however many ask at the same moment.</summary>
    public async Task<CreatedTenant?> CreateFirstAsync(NewTenant tenant, CancellationToken ct = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({FirstUserLock})", ct);
        if (await HasUsersAsync(ct))
        {
            return null;
        }

        var created = await AddAsync(tenant, ct);
        await transaction.CommitAsync(ct);
        await gateways.EnsureAsync(created.Id, ct);
        return created;
    }

    /// <exception cref="RuleException">A name, address, slug or zone is not acceptable, or the slug is taken.</exception>
    /// <exception cref="IdentityException">The password or the e-mail address is not acceptable.</exception>
    public async Task<CreatedTenant> CreateAsync(NewTenant tenant, CancellationToken ct = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var created = await AddAsync(tenant, ct);
        await transaction.CommitAsync(ct);
        await gateways.EnsureAsync(created.Id, ct);
        return created;
    }

    /// <summary>A further member of a tenant, if he is none yet; for the demo.</summary>
    internal async Task<UserId> AddMemberAsync(TenantId tenant, string email, string name, string password, Role role, CancellationToken ct)
    {
        var (user, _) = await UserAsync(email, name, password, ct);
        if (!await db.Memberships.AnyAsync(m => m.TenantId == tenant && m.UserId == user, ct))
        {
            db.Memberships.Add(new Membership(tenant, user, role, time.GetUtcNow()));
            await db.SaveChangesAsync(ct);
        }

        return user;
    }

    /// <summary>Gives every member of the demo the password that is told.</summary>
    internal async Task SetPasswordsAsync(TenantId tenant, string password, CancellationToken ct)
    {
        foreach (var id in await db.Memberships.Where(m => m.TenantId == tenant).Select(m => m.UserId).ToListAsync(ct))
        {
            var user = (await users.FindByIdAsync(id.Value.ToString()))!;
            IdentityException.ThrowUnless(await users.RemovePasswordAsync(user));
            IdentityException.ThrowUnless(await users.AddPasswordAsync(user, password));
        }
    }

    private async Task<CreatedTenant> AddAsync(NewTenant wanted, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var slug = wanted.Slug is { Length: > 0 } given
            ? await UntakenAsync(given, ct)
            : await FreeSlugAsync(Tenant.SlugOf(wanted.Name), ct);
        var tenant = new Tenant(Id.New<TenantId>(now), wanted.Name, slug, wanted.TimeZone, wanted.Language, now);
        var (owner, isNew) = await UserAsync(wanted.OwnerEmail, wanted.OwnerName, wanted.Password, ct);
        db.Tenants.Add(tenant);
        db.Memberships.Add(new Membership(tenant.Id, owner, Role.Owner, now));
        await db.SaveChangesAsync(ct);
        return new CreatedTenant(tenant.Id, slug, owner, isNew);
    }

    private async Task<(UserId Id, bool IsNew)> UserAsync(string email, string name, string password, CancellationToken ct)
    {
        var address = email.Trim();
        if (await users.FindByEmailAsync(address) is { } known)
        {
            return (UserId.From(known.Id), false);
        }

        ct.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        var user = new ConsoleUser
        {
            Id = Guid.CreateVersion7(now),
            UserName = address,
            Email = address,
            EmailConfirmed = true,
            DisplayName = name.Trim() is { Length: > 0 } given ? given : address.Split('@')[0],
            CreatedAt = now,
        };
        IdentityException.ThrowUnless(await users.CreateAsync(user, password));
        return (UserId.From(user.Id), true);
    }

    private async Task<string> UntakenAsync(string slug, CancellationToken ct) =>
        await db.Tenants.AnyAsync(t => t.Slug == slug, ct) ? throw new RuleException("tenant.slug-taken", slug) : slug;

    private async Task<string> FreeSlugAsync(string wanted, CancellationToken ct)
    {
        for (var i = 1; i <= SlugTries; i++)
        {
            var suffix = i == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{i}");
            var slug = wanted[..Math.Min(wanted.Length, 40 - suffix.Length)].TrimEnd('-') + suffix;
            if (!await db.Tenants.AnyAsync(t => t.Slug == slug, ct))
            {
                return slug;
            }
        }

        throw new RuleException("tenant.slug-taken", wanted);
    }
}
