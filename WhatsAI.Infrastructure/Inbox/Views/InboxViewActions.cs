using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Views;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Views;

/// <summary>Keeps views of the inbox: each member his own, and who may those of the company.</summary>
public sealed class InboxViewActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>A member's own; and the company's.</summary>
    public const int MaxViews = 50;

    /// <param name="name">What it is called.</param>
    /// <param name="query">The filter as the list's address says it.</param>
    /// <param name="shared">The company's, instead of the member's own.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, it is not acceptable, the name is taken there, or there are too many.</exception>
    public async Task<InboxViewId> CreateAsync(string name, string query, bool shared, CancellationToken ct = default)
    {
        Demand(shared);
        UserId? owner = shared ? null : member.UserId;
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.InboxViews.CountAsync(v => v.OwnerId == owner, ct) >= MaxViews)
        {
            throw new RuleException("view.too-many", MaxViews);
        }

        var now = time.GetUtcNow();
        var view = new InboxView(Id.New<InboxViewId>(now), member.TenantId, owner, name, query, now);
        db.InboxViews.Add(view);
        await SaveAsync(db, ct);
        return view.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="name">What it is called from now on.</param>
    /// <param name="query">What it filters by from now on.</param>
    /// <param name="version">As it was when it was read.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(InboxViewId id, string name, string query, uint version, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var view = await FindAsync(db, id, ct);
        if (view.Version != version)
        {
            throw new RuleException("view.changed-meanwhile");
        }

        view.Change(name, query);
        await SaveAsync(db, ct);
    }

    /// <summary>Whose inbox opened with it opens with the open conversations again.</summary>
    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task DeleteAsync(InboxViewId id, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        db.InboxViews.Remove(await FindAsync(db, id, ct));
        await SaveAsync(db, ct);
    }

    /// <summary>What the member's inbox opens with from now on; null: the open conversations.</summary>
    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task OpenWithAsync(InboxViewId? id, CancellationToken ct = default)
    {
        Demand(shared: false);
        var me = member.UserId;
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (id is { } wanted && !await db.InboxViews.AnyAsync(v => v.Id == wanted && (v.OwnerId == null || v.OwnerId == me), ct))
        {
            throw new RuleException("view.gone");
        }

        var choice = await db.DefaultViews.SingleOrDefaultAsync(c => c.UserId == me, ct);
        switch (choice, id)
        {
            case (null, { } view):
                db.DefaultViews.Add(
                    new DefaultView
                    {
                        TenantId = member.TenantId,
                        UserId = me,
                        ViewId = view,
                    }
                );
                break;
            case ({ } has, { } view):
                has.ViewId = view;
                break;
            case ({ } has, null):
                db.DefaultViews.Remove(has);
                break;
        }

        await SaveAsync(db, ct);
    }

    // Another member's own look as if they were not there.
    private async Task<InboxView> FindAsync(ConsoleDb db, InboxViewId id, CancellationToken ct)
    {
        Demand(shared: false);
        var me = member.UserId;
        var view =
            await db.InboxViews.SingleOrDefaultAsync(v => v.Id == id && (v.OwnerId == null || v.OwnerId == me), ct)
            ?? throw new RuleException("view.gone");
        Demand(view.OwnerId is null);
        return view;
    }

    private void Demand(bool shared)
    {
        member.Demand(Permission.ConversationsRead);
        if (shared)
        {
            member.Demand(Permission.ViewsManage);
        }
    }

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("view.changed-meanwhile"),
            taken: () => new RuleException("view.name-taken"),
            gone: () => new RuleException("view.gone"),
            ct: ct
        );

        hub.Publish(new InboxViewsChanged(member.TenantId));
    }
}
