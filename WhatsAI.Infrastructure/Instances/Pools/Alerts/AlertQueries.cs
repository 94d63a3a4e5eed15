using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>The alerts of the numbers that the member sees.</summary>
public sealed class AlertQueries(NpgsqlDataSource database, AlertBoard board, CurrentMember member)
{
    public const int PageSize = 30;

    /// <summary>With more open than this nobody reads them one by one.</summary>
    public const int MostOpen = 300;

    internal const string OpenSql = $"""
        {AlertRow.Sql} AND a.cleared_at IS NULL AND {Chosen}
        ORDER BY a.acknowledged_at IS NOT NULL, CASE a.level WHEN 'Critical' THEN 0 WHEN 'Warning' THEN 1 ELSE 2 END, a.raised_at DESC, a.id DESC LIMIT $6
        """;

    internal const string HistorySql = $"""
        {AlertRow.Sql} AND a.cleared_at IS NOT NULL AND {Chosen} AND (a.cleared_at, a.id) < ($7, $8)
        ORDER BY a.cleared_at DESC, a.id DESC LIMIT $6
        """;

    internal const string AcknowledgeAllSql = $"""
        UPDATE alerts a SET acknowledged_at = now(), acknowledged_by = $6, acknowledged_by_name = $7
        WHERE a.tenant_id = $1 AND {AlertRow.Seen} AND {Chosen} AND a.cleared_at IS NULL AND a.acknowledged_at IS NULL
        """;

    private const string Chosen = """
        ($3::text IS NULL OR a.level = $3) AND ($4::uuid IS NULL OR a.instance_id = $4 OR a.other_id = $4) AND ($5::uuid IS NULL OR a.pool_id = $5
            OR EXISTS (SELECT FROM pool_members c WHERE c.tenant_id = a.tenant_id AND c.pool_id = $5 AND c.instance_id = a.instance_id))
        """;

    /// <summary>What nobody has acknowledged first, of that the gravest, then the newest.</summary>
    public async Task<IReadOnlyList<AlertRow>> OpenAsync(AlertFilter filter, int size = MostOpen, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return await AlertRow.ReadAsync(scope.Connection.Sql(OpenSql, Values(filter, Math.Clamp(size, 1, MostOpen))), ct);
    }

    /// <summary>What is over, last first: those just before <paramref name="before"/>, or the last.</summary>
    public async Task<AlertPage> HistoryAsync(
        AlertFilter filter,
        AlertPlace? before = null,
        int size = PageSize,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.NumbersRead);
        size = Math.Clamp(size, 1, MostOpen);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var rows = await AlertRow.ReadAsync(
            scope.Connection.Sql(
                HistorySql,
                [.. Values(filter, size + 1), (before?.At ?? DateTimeOffset.MaxValue).UtcDateTime, before?.Id.Value ?? Guid.AllBitsSet]
            ),
            ct
        );
        return rows.Count > size ? new AlertPage(rows[..size], More: true) : new AlertPage(rows, More: false);
    }

    /// <summary>What waits for somebody to acknowledge it, for the bell: of what the member could; nothing for who cannot.</summary>
    public async Task<AlertsWaiting> WaitingAsync(CancellationToken ct = default)
    {
        if (!member.Allows(Permission.NumbersManage))
        {
            return AlertsWaiting.None;
        }

        var seen = (await board.OfAsync(member.TenantId, ct)).Where(a => member.Numbers is null || a.Numbers.Any(member.Sees)).ToList();
        return new AlertsWaiting(seen.Count(a => a.IsCritical), seen.Count(a => !a.IsCritical));
    }

    /// <summary>Pools with a number that the member sees, by name.</summary>
    public async Task<IReadOnlyList<AlertPool>> PoolsAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            """
            SELECT p.id, p.name FROM pools p WHERE p.tenant_id = $1 AND ($2::uuid[] IS NULL OR EXISTS (
                SELECT FROM pool_members m WHERE m.tenant_id = p.tenant_id AND m.pool_id = p.id AND m.instance_id = ANY ($2)
            )) ORDER BY lower(p.name), p.id LIMIT 200
            """,
            member.TenantId.Value,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var pools = new List<AlertPool>();
        while (await reader.ReadAsync(ct))
        {
            pools.Add(new AlertPool(new PoolId(reader.GetGuid(0)), reader.GetString(1)));
        }

        return pools;
    }

    private object?[] Values(AlertFilter filter, int size) => [.. Filtered(member, filter), size];

    /// <summary>$1 to $5: the company, what its member sees, and what he asked for.</summary>
    internal static object?[] Filtered(CurrentMember member, AlertFilter filter) =>
        [
            member.TenantId.Value,
            member.NumbersParameter(),
            Of(filter.Level?.ToString(), NpgsqlDbType.Text),
            Of(filter.Number?.Value, NpgsqlDbType.Uuid),
            Of(filter.Pool?.Value, NpgsqlDbType.Uuid),
        ];

    private static NpgsqlParameter Of(object? value, NpgsqlDbType type) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
