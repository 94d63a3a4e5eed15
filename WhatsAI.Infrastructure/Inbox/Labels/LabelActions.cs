using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Labels;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Labels;

/// <summary>Makes and changes the company's labels. What puts them on conversations is <see cref="Selection.SelectionActions"/>.</summary>
public sealed class LabelActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>All of them go with the inbox's counters to every open list.</summary>
    public const int MaxLabels = 200;

    /// <param name="name">What it is called.</param>
    /// <param name="colour">1 to <see cref="Label.Colours"/>.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, the name is not acceptable or taken, or there are too many.</exception>
    public async Task<LabelId> CreateAsync(string name, int colour, CancellationToken ct = default)
    {
        member.Demand(Permission.LabelsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.Labels.CountAsync(ct) >= MaxLabels)
        {
            throw new RuleException("label.too-many", MaxLabels);
        }

        var now = time.GetUtcNow();
        var label = new Label(Id.New<LabelId>(now), member.TenantId, name, colour, now);
        db.Labels.Add(label);
        await SaveAsync(db, ct);
        return label.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="name">What it is called from now on.</param>
    /// <param name="colour">1 to <see cref="Label.Colours"/>.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(LabelId id, string name, int colour, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.LabelsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var label = await FindAsync(db, id, ct);
        if (label.Version != version)
        {
            throw new RuleException("label.changed-meanwhile");
        }

        label.Change(name, colour);
        await SaveAsync(db, ct);
    }

    /// <summary>Every conversation loses it.</summary>
    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task DeleteAsync(LabelId id, CancellationToken ct = default)
    {
        member.Demand(Permission.LabelsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        db.Labels.Remove(await FindAsync(db, id, ct));
        await SaveAsync(db, ct);
        // Lists that are filtered by it are of nothing now.
        hub.Publish(new EverythingChanged(member.TenantId));
    }

    private static async Task<Label> FindAsync(ConsoleDb db, LabelId id, CancellationToken ct) =>
        await db.Labels.SingleOrDefaultAsync(l => l.Id == id, ct) ?? throw new RuleException("label.gone");

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("label.changed-meanwhile"),
            taken: () => new RuleException("label.name-taken"),
            ct: ct
        );

        hub.Publish(new LabelsChanged(member.TenantId));
    }
}
