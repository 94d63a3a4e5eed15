using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>All numbers of a tenant, read once for all walls that are open.</summary>
public sealed class WallRows(NpgsqlDataSource database, TimeProvider time) : SharedRead<IReadOnlyList<NumberRow>>(time)
{
    private readonly TimeProvider _time = time;

    protected override async Task<IReadOnlyList<NumberRow>> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        return await NumberSql.RowsAsync(transaction.Connection, tenant, only: null, _time.GetUtcNow(), ct);
    }
}
