using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>What a member changed in the settings of his company, and the version he had before him.</summary>
public sealed record TenantSettings(
    string Name,
    string TimeZone,
    string Language,
    bool SendsReadReceipts,
    bool AnswerTakes,
    IReadOnlyList<string> OptOutWords,
    uint Version
);

public sealed class TenantActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, IEnumerable<ITenantStep> steps)
{
    /// <exception cref="RuleException">Not allowed, not acceptable, or somebody saved in the meantime.</exception>
    public async Task ChangeAsync(TenantSettings settings, CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var tenant = await db.Tenants.SingleAsync(t => t.Id == member.TenantId, ct);
        db.Entry(tenant).Property(t => t.Version).OriginalValue = settings.Version;
        var moves = tenant.TimeZone != settings.TimeZone;
        tenant.Rename(settings.Name);
        tenant.SetPlace(settings.TimeZone, settings.Language);
        tenant.SetReadReceipts(settings.SendsReadReceipts);
        tenant.SetAnswerTakes(settings.AnswerTakes);
        tenant.SetOptOutWords(settings.OptOutWords);
        await db.SaveAsync(changed: () => new RuleException("tenant.changed-meanwhile"), ct: ct);

        foreach (var step in moves ? steps : [])
        {
            await step.MovedAsync((NpgsqlConnection)db.Database.GetDbConnection(), member.TenantId, ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish(new TenantSettingsChanged(member.TenantId));
    }
}
