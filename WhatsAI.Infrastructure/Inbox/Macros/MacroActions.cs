using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Macros;

/// <summary>What a macro is to be.</summary>
/// <param name="Team">Whose, where the scope is a team's; else not looked at.</param>
public sealed record MacroForm(CannedScope Scope, TeamId? Team, string Name, string? Folder, IReadOnlyList<MacroStep> Steps);

/// <summary>Makes and changes macros. Who replies keeps his own; those that others use too are kept by who keeps their canned responses.</summary>
public sealed class MacroActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>The company's and its teams' together: each agent's picker holds them all.</summary>
    public const int MaxShared = 300;

    public const int MaxPersonal = 100;

    /// <exception cref="RuleException">
    /// The member may not, it is not acceptable, it names what is not there, its name is taken there, or there are too many.
    /// </exception>
    public async Task<MacroId> CreateAsync(MacroForm form, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var place = await member.PlaceAsync(db, form.Scope, form.Team, ct);
        await RoomAsync(db, form.Scope, ct);
        var now = time.GetUtcNow();
        var macro = new Macro(Id.New<MacroId>(now), member.TenantId, place, form.Name, form.Folder, form.Steps, now);
        await DemandWholeAsync(db, macro, ct);
        db.Macros.Add(macro);
        await SaveAsync(db, ct);
        return macro.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="form">What it is to be.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(MacroId id, MacroForm form, uint version, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var macro = await FindAsync(db, id, ct);
        var place = await member.PlaceAsync(db, form.Scope, form.Team, ct);
        if (macro.Version != version)
        {
            throw new RuleException("macro.changed-meanwhile");
        }

        if ((macro.Scope == CannedScope.Personal) != (form.Scope == CannedScope.Personal))
        {
            await RoomAsync(db, form.Scope, ct);
        }

        macro.Move(place);
        macro.Rewrite(form.Name, form.Folder, form.Steps);
        await DemandWholeAsync(db, macro, ct);
        await SaveAsync(db, ct);
    }

    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task DeleteAsync(MacroId id, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        db.Macros.Remove(await FindAsync(db, id, ct));
        await SaveAsync(db, ct);
    }

    // Another member's own look as if they were not there.
    private async Task<Macro> FindAsync(ConsoleDb db, MacroId id, CancellationToken ct)
    {
        member.Demand(CannedScope.Personal);
        var me = member.UserId;
        var macro =
            await db.Macros.SingleOrDefaultAsync(m => m.Id == id && (m.Scope != CannedScope.Personal || m.OwnerId == me), ct)
            ?? throw new RuleException("macro.gone");
        member.Demand(macro.Scope);
        return macro;
    }

    // What is gone later leaves a broken step; what never was is not taken.
    private async Task DemandWholeAsync(ConsoleDb db, Macro macro, CancellationToken ct)
    {
        var names = await MacroQueries.NamesAsync(db, member.TenantId, ct);
        foreach (var (at, step) in macro.Steps.Index())
        {
            if (MacroPlan.Broken(step, names) is { } problem)
            {
                throw new RuleException(MacroPlan.KeyOf(problem), at + 1);
            }
        }
    }

    private async Task RoomAsync(ConsoleDb db, CannedScope scope, CancellationToken ct)
    {
        var me = member.UserId;
        var (count, most) =
            scope == CannedScope.Personal
                ? (await db.Macros.CountAsync(m => m.OwnerId == me, ct), MaxPersonal)
                : (await db.Macros.CountAsync(m => m.Scope != CannedScope.Personal, ct), MaxShared);
        if (count >= most)
        {
            throw new RuleException("macro.too-many", most);
        }
    }

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("macro.changed-meanwhile"),
            taken: () => new RuleException("macro.name-taken"),
            gone: () => new RuleException("team.gone"),
            ct: ct
        );

        hub.Publish(new MacrosChanged(member.TenantId));
    }
}
