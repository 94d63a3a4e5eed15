using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Csat;

/// <summary>Says whether customers are asked, with which words and how often.</summary>
public sealed class CsatActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub)
{
    /// <param name="form">From now on; what was asked before stays open as it was.</param>
    /// <param name="version">As it was when the form was opened; 0: nothing had been said yet.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, something of it is not acceptable, or somebody else changed it meanwhile.</exception>
    public async Task SaveAsync(CsatForm form, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.CsatManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var settings = await db.CsatSettings.SingleOrDefaultAsync(ct);
        if ((settings?.Version ?? 0) != version)
        {
            throw new RuleException("csat.changed-meanwhile");
        }

        if (settings is null)
        {
            db.CsatSettings.Add(new CsatSettings(member.TenantId, form));
        }
        else
        {
            settings.Change(form);
        }

        await db.SaveAsync(
            changed: () => new RuleException("csat.changed-meanwhile"),
            taken: () => new RuleException("csat.changed-meanwhile"),
            ct: ct
        );

        hub.Publish(new TenantSettingsChanged(member.TenantId));
    }
}
