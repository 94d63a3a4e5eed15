using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>Inviting people into the company. Accepting is <see cref="InvitationAcceptance"/>.</summary>
public sealed class InvitationActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>Invitations of one company in an hour.</summary>
    public const int MostPerHour = 30;

    /// <summary>The link's secret. This is the only time anybody sees it.</summary>
    /// <exception cref="RuleException">Not allowed, the address is none or a member's already, or there were too many.</exception>
    public async Task<string> InviteAsync(
        string? email,
        Role role,
        IReadOnlyCollection<InstanceId>? numbers,
        CancellationToken ct = default
    )
    {
        var address = AddressOf(email);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await ChangeAsync(
            async (db, by) =>
            {
                var now = time.GetUtcNow();
                if (await db.Invitations.CountAsync(i => i.TenantId == by.TenantId && i.CreatedAt > now.AddHours(-1), ct) >= MostPerHour)
                {
                    throw new RuleException("invitation.too-many", MostPerHour);
                }

                if (address is not null && await IsMemberAsync(db, address, ct))
                {
                    throw new RuleException("invitation.already-member");
                }

                var known = numbers is null ? null : await KnownAsync(db, numbers, ct);
                db.Invitations.Add(new Invitation(Id.New<InvitationId>(now), by, HashOf(token), address, role, known, now));
                return ("invited", address ?? "", [role.ToString()]);
            },
            ct
        );
        return token;
    }

    /// <exception cref="RuleException">Not allowed, or it was accepted already.</exception>
    public Task RevokeAsync(InvitationId id, CancellationToken ct = default) =>
        ChangeAsync(
            async (db, by) =>
            {
                var invitation = await FindAsync(db, id, ct);
                invitation.Revoke(by, time.GetUtcNow());
                return ("invitation-revoked", invitation.Email ?? "", [invitation.Role.ToString()]);
            },
            ct
        );

    /// <summary>Takes a withdrawal back: the link works again.</summary>
    /// <exception cref="RuleException">Not allowed, or there is no such invitation.</exception>
    public Task RestoreAsync(InvitationId id, CancellationToken ct = default) =>
        ChangeAsync(
            async (db, by) =>
            {
                var invitation = await FindAsync(db, id, ct);
                invitation.Restore(by);
                return ("invitation-restored", invitation.Email ?? "", [invitation.Role.ToString()]);
            },
            ct
        );

    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private async Task ChangeAsync(
        Func<ConsoleDb, Membership, Task<(string What, string Subject, string[] Details)>> act,
        CancellationToken ct
    )
    {
        member.Demand(Permission.MembersManage);
        var (tenant, me) = (member.TenantId, member.UserId);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Locked, so that its role is what it is until the commit, and one company's invitations are counted one by one.
        var by =
            await db
                .Memberships.FromSql($"SELECT * FROM memberships WHERE tenant_id = {tenant.Value} AND user_id = {me.Value} FOR UPDATE")
                .SingleOrDefaultAsync(ct)
            ?? throw new RuleException("permission.missing");
        var (what, subject, details) = await act(db, by);
        await db.SaveChangesAsync(ct);
        await MemberLog.WriteAsync(
            (NpgsqlConnection)db.Database.GetDbConnection(),
            tenant,
            (me, member.DisplayName),
            (null, subject),
            what,
            details,
            ct
        );
        await transaction.CommitAsync(ct);
        hub.Publish(new MemberChanged(tenant, me));
    }

    private static async Task<Guid[]> KnownAsync(ConsoleDb db, IReadOnlyCollection<InstanceId> numbers, CancellationToken ct)
    {
        var wanted = numbers.ToArray();
        var known = await db.Instances.Where(i => wanted.Contains(i.Id) && i.DeletedAt == null).Select(i => i.Id).ToListAsync(ct);
        return [.. known.Select(i => i.Value)];
    }

    private async Task<bool> IsMemberAsync(ConsoleDb db, string email, CancellationToken ct)
    {
        var (tenant, normal) = (member.TenantId, email.ToUpperInvariant());
        return await (
            from m in db.Memberships
            where m.TenantId == tenant
            from u in db.Users
            where (Guid)(object)m.UserId == u.Id && u.NormalizedEmail == normal
            select m
        ).AnyAsync(ct);
    }

    private async Task<Invitation> FindAsync(ConsoleDb db, InvitationId id, CancellationToken ct)
    {
        var tenant = member.TenantId;
        return await db.Invitations.SingleOrDefaultAsync(i => i.TenantId == tenant && i.Id == id, ct)
            ?? throw new RuleException("invitation.gone");
    }

    private static string? AddressOf(string? email)
    {
        if (string.IsNullOrWhiteSpace(email))
        {
            return null;
        }

        var trimmed = email.Trim();
        return
            trimmed.Length <= Invitation.MaxEmailLength
            && MailAddress.TryCreate(trimmed, out var parsed)
            && parsed.Address == trimmed
            && !trimmed.Any(char.IsControl)
            ? trimmed
            : throw new RuleException("invitation.email-invalid");
    }
}
