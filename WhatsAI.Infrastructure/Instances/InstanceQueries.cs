using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>Reads of numbers. The wall is one round trip whatever its size; a tenant has tens of numbers, so no list here is paged but the log.</summary>
public sealed class InstanceQueries(
    NpgsqlDataSource database,
    WallRows wall,
    WallTroubleRows troubles,
    CurrentMember member,
    TimeProvider time
)
{
    /// <summary>All numbers the member sees, in no order: which is worst changes with the clock.</summary>
    public async Task<IReadOnlyList<NumberRow>> WallAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        var all = await wall.OfAsync(member.TenantId, ct);
        return member.Numbers is null ? all : [.. all.Where(n => member.Sees(n.Id))];
    }

    /// <summary>What is wrong with the servers of these numbers, and which failovers are under way.</summary>
    public async Task<WallTroubles> TroublesAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        var all = await troubles.OfAsync(member.TenantId, ct);
        return member.Numbers is null ? all : all.For(member.Sees);
    }

    /// <summary>Null when there is no such number, it is another company's, or the member does not see it.</summary>
    public async Task<NumberView?> ViewAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        if (!member.Sees(id))
        {
            return null;
        }

        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var rows = await NumberSql.RowsAsync(transaction.Connection, member.TenantId, id, time.GetUtcNow(), ct);
        return rows is [{ } row] ? await NumberSql.ViewAsync(transaction.Connection, member.TenantId, row, ct) : null;
    }

    /// <inheritdoc cref="ViewAsync" path="/summary"/>
    public async Task<PairingView?> PairingAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"""
            SELECT {NumberSql.LinkColumns}, s.gateway_failure, s.gateway_failure_at, s.gateway_seen_at, s.last_event_at, i.name, g.name
            FROM instances i
            JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
            JOIN gateway_servers g ON g.tenant_id = i.tenant_id AND g.id = i.gateway_server_id
            WHERE i.tenant_id = $1 AND i.id = $2 AND i.deleted_at IS NULL AND {NumberSight.In("i.id", 3)}
            """,
            member.TenantId.Value,
            id.Value,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new PairingView(
                id,
                reader.GetString(15),
                reader.GetString(16),
                new NumberFacts(ConnectionSql.Facts(reader, 0), 0, 0, reader.Text(11))
                {
                    GatewayFailedAt = reader.Value<DateTimeOffset>(12),
                    GatewaySeenAt = reader.Value<DateTimeOffset>(13),
                    LastEventAt = reader.Value<DateTimeOffset>(14),
                }
            )
            : null;
    }

    /// <summary>The connection log, newest first, a page below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<ConnectionLogRow>> LogAsync(InstanceId id, long? before, int most, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"""
            SELECT id, at, state, code, what, actor FROM connection_log
            WHERE tenant_id = $1 AND instance_id = $2 AND id < $3 AND {NumberSight.In("instance_id", 5)} ORDER BY id DESC LIMIT $4
            """,
            member.TenantId.Value,
            id.Value,
            before ?? long.MaxValue,
            Math.Clamp(most, 1, 200),
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<ConnectionLogRow>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(
                new ConnectionLogRow(
                    reader.GetInt64(0),
                    reader.GetFieldValue<DateTimeOffset>(1),
                    Enum.Parse<InstanceState>(reader.GetString(2)),
                    reader.Value<int>(3),
                    reader.GetString(4),
                    reader.Text(5)
                )
            );
        }

        return rows;
    }

    /// <summary>The name of every number the member sees, by name.</summary>
    public async Task<IReadOnlyList<NumberName>> NamesAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"""
            SELECT i.id, i.name, s.phone, s.state FROM instances i
            JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
            WHERE i.tenant_id = $1 AND i.deleted_at IS NULL AND {NumberSight.In("i.id", 2)} ORDER BY i.name
            """,
            member.TenantId.Value,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new List<NumberName>();
        while (await reader.ReadAsync(ct))
        {
            names.Add(
                new NumberName(
                    new InstanceId(reader.GetGuid(0)),
                    reader.GetString(1),
                    reader.Text(2),
                    Enum.Parse<InstanceState>(reader.GetString(3))
                )
            );
        }

        return names;
    }
}
