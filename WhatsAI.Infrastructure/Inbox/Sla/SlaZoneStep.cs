using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Sla;

/// <summary>Business hours are at other moments in another zone, and so are the targets.</summary>
public sealed class SlaZoneStep : ITenantStep
{
    public Task MovedAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken cancellation) =>
        SlaSql.RecountAsync(connection, tenant, cancellation);
}
