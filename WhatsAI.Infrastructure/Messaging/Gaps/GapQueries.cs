using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

public sealed class GapQueries(NpgsqlDataSource database, CurrentMember member)
{
    /// <summary>A number's gaps, newest first.</summary>
    public async Task<IReadOnlyList<GapRow>> ListAsync(InstanceId instance, int most, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead, instance);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"""
            SELECT {GapRow.Columns},
                (SELECT coalesce(sum(c.recovered), 0) FROM gap_conversations c WHERE c.tenant_id = g.tenant_id AND c.gap_id = g.id)
            FROM gaps g WHERE g.tenant_id = $1 AND g.instance_id = $2 ORDER BY g.created_at DESC LIMIT $3
            """,
            member.TenantId.Value,
            instance.Value,
            Math.Clamp(most, 1, 100)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<GapRow>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(GapRow.Read(reader, 0));
        }

        return rows;
    }
}
