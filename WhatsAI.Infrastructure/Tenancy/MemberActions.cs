using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>
/// What is done with members. Each change locks all memberships of the company, so that two owners cannot take each other's place at once, and asks what
/// whoever acts may do now, not what he might when his page was opened.
/// </summary>
public sealed class MemberActions(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    UserSessions sessions,
    EventHub hub,
    TimeProvider time,
    IEnumerable<IMemberStep> steps
)
{
    /// <param name="id">Whom.</param>
    /// <param name="role">Not above one's own; one's own may only be lowered.</param>
    /// <param name="numbers">What he sees; null: all. Without meaning for a role that sees all, and for oneself.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="RuleException">Not allowed, there is no such member, or it is the last owner.</exception>
    public Task ChangeAsync(UserId id, Role role, IReadOnlyCollection<InstanceId>? numbers, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            async change =>
            {
                if (change.Target.Role != role)
                {
                    var before = change.Target.Role;
                    change.Target.ChangeRole(change.By, role, change.Owners);
                    await change.LogAsync("role-changed", [before.ToString(), role.ToString()]);
                }

                if (id != member.UserId && !role.SeesEveryNumber())
                {
                    await ChooseAsync(change, numbers, ct);
                }
            },
            ct
        );

    /// <exception cref="RuleException">Not allowed, there is no such member, or it is the last owner.</exception>
    public Task DisableAsync(UserId id, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            change =>
            {
                change.Target.Disable(change.By, change.Owners, time.GetUtcNow());
                return change.LogAsync("disabled", []);
            },
            ct,
            EndIfNowhereElseAsync
        );

    /// <exception cref="RuleException">Not allowed, or there is no such member.</exception>
    public Task EnableAsync(UserId id, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            change =>
            {
                change.Target.Enable(change.By);
                return change.LogAsync("enabled", []);
            },
            ct
        );

    /// <summary>What he did keeps his name; his account stays, for other companies and for a new invitation.</summary>
    /// <exception cref="RuleException">Not allowed, there is no such member, or it is the last owner.</exception>
    public Task RemoveAsync(UserId id, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            change =>
            {
                change.Target.DemandRemovable(change.By, change.Owners);
                change.Db.Memberships.Remove(change.Target);
                return change.LogAsync("removed", []);
            },
            ct,
            EndIfNowhereElseAsync
        );

    /// <summary>Signs him out everywhere.</summary>
    /// <exception cref="RuleException">Not allowed, or there is no such member.</exception>
    public Task EndSessionsAsync(UserId id, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            change =>
            {
                change.Target.DemandOver(change.By, mayBeHimself: false);
                return change.LogAsync("sessions-ended", []);
            },
            ct,
            user => sessions.EndAllAsync(user)
        );

    // What is to end ends before the circuits are told: they load their page anew, and must not find the door still open.
    private async Task ChangeAsync(UserId id, Func<Change, Task> act, CancellationToken ct, Func<UserId, Task>? end = null)
    {
        member.Demand(Permission.MembersManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var all = await db
            .Memberships.FromSql($"SELECT * FROM memberships WHERE tenant_id = {member.TenantId.Value} ORDER BY user_id FOR UPDATE")
            .ToListAsync(ct);
        var by = all.SingleOrDefault(m => m.UserId == member.UserId) ?? throw new RuleException("permission.missing");
        var target = all.SingleOrDefault(m => m.UserId == id) ?? throw new RuleException("member.gone");
        var name = await db.Users.Where(u => u.Id == id.Value).Select(u => u.DisplayName).SingleAsync(ct);
        var owners = all.Count(m => m is { Role: Role.Owner, DisabledAt: null });
        await act(
            new Change(
                db,
                by,
                target,
                owners,
                what =>
                    MemberLog.WriteAsync(
                        Connection(db),
                        member.TenantId,
                        (member.UserId, member.DisplayName),
                        (id, name),
                        what.What,
                        what.Details,
                        ct
                    )
            )
        );
        await db.SaveChangesAsync(ct);
        var moved = false;
        foreach (var step in steps)
        {
            moved |= await step.ChangedAsync(Connection(db), member.TenantId, id, ct);
        }

        await transaction.CommitAsync(ct);
        if (end is not null)
        {
            await end(id);
        }

        hub.Publish(new MemberChanged(member.TenantId, id));
        if (moved)
        {
            hub.Publish(new EverythingChanged(member.TenantId));
        }
    }

    private async Task ChooseAsync(Change change, IReadOnlyCollection<InstanceId>? numbers, CancellationToken ct)
    {
        var (db, target) = (change.Db, change.Target);
        var had = await db.MemberNumbers.Where(n => n.UserId == target.UserId).ToListAsync(ct);
        var wanted = (numbers ?? []).ToHashSet();
        if (target.SeesAllNumbers == numbers is null && wanted.SetEquals(had.Select(n => n.InstanceId)))
        {
            return;
        }

        target.ChooseNumbers(change.By, numbers is null);
        // One that was deleted since keeps its conversations, and he the sight of them.
        var (ids, old) = (wanted.ToArray(), had.Select(n => n.InstanceId).ToArray());
        var known = await db
            .Instances.Where(i => ids.Contains(i.Id) && (i.DeletedAt == null || old.Contains(i.Id)))
            .Select(i => i.Id)
            .ToListAsync(ct);
        db.MemberNumbers.RemoveRange(had.Where(n => !known.Contains(n.InstanceId)));
        db.MemberNumbers.AddRange(
            known
                .Except(had.Select(n => n.InstanceId))
                .Select(i => new MemberNumber
                {
                    TenantId = member.TenantId,
                    UserId = target.UserId,
                    InstanceId = i,
                })
        );
        await change.LogAsync(
            numbers is null ? "sees-all" : "sees-some",
            numbers is null ? [] : [known.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
    }

    // Who has a place elsewhere keeps his sessions: this company's pages are closed to him all the same.
    private async Task EndIfNowhereElseAsync(UserId id)
    {
        await using var db = await dbs.CreateDbContextAsync(CancellationToken.None);
        if (!await db.Memberships.AnyAsync(m => m.UserId == id && m.DisabledAt == null))
        {
            await sessions.EndAllAsync(id);
        }
    }

    private static NpgsqlConnection Connection(ConsoleDb db) => (NpgsqlConnection)db.Database.GetDbConnection();

    private sealed record Change(
        ConsoleDb Db,
        Membership By,
        Membership Target,
        int Owners,
        Func<(string What, string[] Details), Task> Log
    )
    {
        public Task LogAsync(string what, string[] details) => Log((what, details));
    }
}
