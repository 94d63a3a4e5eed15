using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Csat;

/// <param name="Form">Null: nothing was said yet, and nobody is asked.</param>
/// <param name="Company">For the preview.</param>
public sealed record CsatView(CsatForm? Form, uint Version, string Company, string Language);

public sealed class CsatQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    public async Task<CsatView> ReadAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.CsatManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var settings = await db.CsatSettings.AsNoTracking().SingleOrDefaultAsync(ct);
        var tenant = await db.Tenants.Where(t => t.Id == member.TenantId).Select(t => new { t.Name, t.Language }).SingleAsync(ct);
        return new CsatView(settings?.Form, settings?.Version ?? 0, tenant.Name, tenant.Language);
    }
}
