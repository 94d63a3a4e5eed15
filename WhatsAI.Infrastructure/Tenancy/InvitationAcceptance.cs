using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>What whoever opens the link is told.</summary>
/// <param name="Email">Whose it is; null: of whoever has the link.</param>
/// <param name="Slug">Where the one who looks is in the company already; null: he is not.</param>
public sealed record InvitationView(string TenantName, string InvitedBy, Role Role, string? Email, string? Slug)
{
    public bool IsFor(string? email) => Email is null || string.Equals(Email, email, StringComparison.OrdinalIgnoreCase);
}

public sealed record Joined(UserId User, string Slug);

/// <summary>
/// Becoming a member by a link. No tenant is entered here and no member can be asked: the link's secret says into which company, and its row is locked,
/// so that it is good once however many use it at the same moment.
/// </summary>
public sealed class InvitationAcceptance(ConsoleDb db, UserManager<ConsoleUser> users, EventHub hub, TimeProvider time)
{
    /// <summary>Null for a link that is used up, withdrawn, too old or none: they look alike on purpose.</summary>
    public async Task<InvitationView?> FindAsync(string? token, UserId? user = null, CancellationToken ct = default)
    {
        var hash = InvitationActions.HashOf(token ?? "");
        var found = await (
            from i in db.Invitations
            where i.TokenHash == hash
            join t in db.Tenants on i.TenantId equals t.Id
            from u in db.Users
            where (Guid)(object)i.InvitedBy == u.Id
            from m in db.Memberships
            where m.TenantId == i.TenantId && m.UserId == i.InvitedBy
            select new
            {
                Invitation = i,
                By = m,
                t.Name,
                t.Slug,
                IsIn = db.Memberships.Any(o => o.TenantId == i.TenantId && o.UserId == user && o.DisabledAt == null),
                u.DisplayName,
            }
        )
            .AsNoTracking()
            .SingleOrDefaultAsync(ct);
        return found?.Invitation.IsGood(found.By, time.GetUtcNow()) == true
            ? new InvitationView(
                found.Name,
                found.DisplayName,
                found.Invitation.Role,
                found.Invitation.Email,
                found.IsIn ? found.Slug : null
            )
            : null;
    }

    /// <summary>For somebody who is signed in.</summary>
    /// <exception cref="RuleException">The link is not good, is for another address, or he is a member already.</exception>
    public Task<Joined> JoinAsync(string? token, UserId user, CancellationToken ct = default) =>
        AcceptAsync(
            token,
            async _ => await users.FindByIdAsync(user.ToString()) ?? throw new InvalidOperationException("The signed-in user is gone."),
            ct
        );

    /// <summary>With a new account.</summary>
    /// <param name="token">The link's secret.</param>
    /// <param name="email">Without meaning where the invitation names one.</param>
    /// <param name="name">What he is called.</param>
    /// <param name="password">By the same rules as everywhere.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="RuleException">The link is not good.</exception>
    /// <exception cref="IdentityException">The password or the address is not acceptable, or somebody has the address.</exception>
    public Task<Joined> CreateAsync(string? token, string email, string name, string password, CancellationToken ct = default) =>
        AcceptAsync(
            token,
            async invitation =>
            {
                var now = time.GetUtcNow();
                var address = invitation.Email ?? email.Trim();
                var user = new ConsoleUser
                {
                    Id = Guid.CreateVersion7(now),
                    UserName = address,
                    Email = address,
                    // Whoever invites sees the link too, so that it was used proves nothing about the address.
                    EmailConfirmed = false,
                    DisplayName = name.Trim(),
                    CreatedAt = now,
                };
                IdentityException.ThrowUnless(await users.CreateAsync(user, password));
                return user;
            },
            ct
        );

    private async Task<Joined> AcceptAsync(string? token, Func<Invitation, Task<ConsoleUser>> userOf, CancellationToken ct)
    {
        var hash = InvitationActions.HashOf(token ?? "");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var invitation = await db
            .Invitations.FromSql($"SELECT * FROM invitations WHERE token_hash = {hash} FOR UPDATE")
            .SingleOrDefaultAsync(ct);
        if (invitation is null)
        {
            throw new RuleException("invitation.gone");
        }

        var by = await db
            .Memberships.FromSql(
                $"SELECT * FROM memberships WHERE tenant_id = {invitation.TenantId.Value} AND user_id = {invitation.InvitedBy.Value} FOR SHARE"
            )
            .SingleOrDefaultAsync(ct);
        if (!invitation.IsGood(by, time.GetUtcNow()))
        {
            throw new RuleException("invitation.gone");
        }

        var user = await userOf(invitation);
        var id = UserId.From(user.Id);
        var membership = invitation.Accept(by, id, user.Email ?? "", time.GetUtcNow());
        if (await db.Memberships.AnyAsync(m => m.TenantId == invitation.TenantId && m.UserId == id, ct))
        {
            throw new RuleException("invitation.already-member");
        }

        db.Memberships.Add(membership);
        await db.SaveChangesAsync(ct);
        await FillAsync(invitation, user, ct);
        var slug = await db.Tenants.Where(t => t.Id == invitation.TenantId).Select(t => t.Slug).SingleAsync(ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new MemberChanged(invitation.TenantId, id));
        return new Joined(id, slug);
    }

    // Behind the wall: this transaction enters the company that the invitation names, and leaves it with its end.
    private async Task FillAsync(Invitation invitation, ConsoleUser user, CancellationToken ct)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var id = UserId.From(user.Id);
        await connection.EnterAsync(invitation.TenantId, ct);
        await using var numbers = connection.Sql(
            """
            INSERT INTO member_numbers (tenant_id, user_id, instance_id)
            SELECT tenant_id, $2, id FROM instances WHERE tenant_id = $1 AND deleted_at IS NULL AND id = ANY ($3)
            """,
            invitation.TenantId.Value,
            user.Id,
            invitation.Numbers ?? []
        );
        await numbers.ExecuteNonQueryAsync(ct);
        await MemberLog.WriteAsync(
            connection,
            invitation.TenantId,
            (id, user.DisplayName),
            (id, user.DisplayName),
            "joined",
            [invitation.Role.ToString()],
            ct
        );
    }
}
