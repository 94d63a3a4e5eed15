using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>What a canned response is to be.</summary>
/// <param name="Team">Whose, where the scope is a team's; else not looked at.</param>
public sealed record CannedResponseForm(CannedScope Scope, TeamId? Team, string Code, string? Folder, string Text);

/// <summary>Makes and changes canned responses. Who replies keeps his own; those that others use too are kept by who may.</summary>
public sealed class CannedResponseActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>The company's and its teams' together: each agent's picker holds them all.</summary>
    public const int MaxShared = 1_000;

    public const int MaxPersonal = 300;

    /// <exception cref="RuleException">The member may not, it is not acceptable, its code is taken there, or there are too many.</exception>
    public async Task<CannedResponseId> CreateAsync(CannedResponseForm form, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var place = await member.PlaceAsync(db, form.Scope, form.Team, ct);
        await RoomAsync(db, form.Scope, ct);
        var now = time.GetUtcNow();
        var response = new CannedResponse(Id.New<CannedResponseId>(now), member.TenantId, place, form.Code, form.Folder, form.Text, now);
        db.CannedResponses.Add(response);
        await SaveAsync(db, ct);
        return response.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="form">What it is to be.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(CannedResponseId id, CannedResponseForm form, uint version, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var response = await FindAsync(db, id, ct);
        var place = await member.PlaceAsync(db, form.Scope, form.Team, ct);
        if (response.Version != version)
        {
            throw new RuleException("canned.changed-meanwhile");
        }

        if ((response.Scope == CannedScope.Personal) != (form.Scope == CannedScope.Personal))
        {
            await RoomAsync(db, form.Scope, ct);
        }

        response.Move(place);
        response.Rewrite(form.Code, form.Folder, form.Text);
        await SaveAsync(db, ct);
    }

    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task DeleteAsync(CannedResponseId id, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        db.CannedResponses.Remove(await FindAsync(db, id, ct));
        await SaveAsync(db, ct);
    }

    // Another member's own look as if they were not there.
    private async Task<CannedResponse> FindAsync(ConsoleDb db, CannedResponseId id, CancellationToken ct)
    {
        member.Demand(CannedScope.Personal);
        var me = member.UserId;
        var response =
            await db.CannedResponses.SingleOrDefaultAsync(r => r.Id == id && (r.Scope != CannedScope.Personal || r.OwnerId == me), ct)
            ?? throw new RuleException("canned.gone");
        member.Demand(response.Scope);
        return response;
    }

    private async Task RoomAsync(ConsoleDb db, CannedScope scope, CancellationToken ct)
    {
        var me = member.UserId;
        var (count, most) =
            scope == CannedScope.Personal
                ? (await db.CannedResponses.CountAsync(r => r.OwnerId == me, ct), MaxPersonal)
                : (await db.CannedResponses.CountAsync(r => r.Scope != CannedScope.Personal, ct), MaxShared);
        if (count >= most)
        {
            throw new RuleException("canned.too-many", most);
        }
    }

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("canned.changed-meanwhile"),
            taken: () => new RuleException("canned.code-taken"),
            gone: () => new RuleException("team.gone"),
            ct: ct
        );

        hub.Publish(new CannedResponsesChanged(member.TenantId));
    }
}
