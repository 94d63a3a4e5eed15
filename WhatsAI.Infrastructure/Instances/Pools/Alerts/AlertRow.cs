using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>An alert with the names of what it is about, for whoever makes words of it (<see cref="AlertWords"/>).</summary>
/// <param name="Said">What the rules said.</param>
/// <param name="NumberName">Null where it is about no number.</param>
/// <param name="OtherName">Null where there is none, or the reader does not see it.</param>
public sealed record AlertRow(
    AlertId Id,
    AlertLevel Level,
    WantedAlert Said,
    string? NumberName,
    string? OtherName,
    string? PoolName,
    string? ServerName,
    DateTimeOffset RaisedAt,
    DateTimeOffset? ClearedAt,
    DateTimeOffset? AcknowledgedAt,
    string? AcknowledgedByName
)
{
    /// <summary>Null where it is about none, or one that is gone.</summary>
    public string? CampaignName { get; init; }

    public AlertKind Kind => Said.Key.Kind;

    public bool IsOpen => ClearedAt is null;

    public AlertPlace Place => new(ClearedAt ?? RaisedAt, Id);

    /// <summary>$1 is the company, $2 the numbers the reader sees.</summary>
    internal const string Sql = $"""
        SELECT a.id, a.level, a.kind, a.subject, a.instance_id, a.other_id, a.pool_id, a.cause_since, a.cause, a.done, a.said_at, a.said_on, a.said_count,
            a.said_of, i.name, CASE WHEN $2::uuid[] IS NULL OR a.other_id = ANY ($2) THEN o.name END, p.name, g.name, a.raised_at, a.cleared_at,
            a.acknowledged_at, a.acknowledged_by_name, k.name
        FROM alerts a
        LEFT JOIN instances i ON i.tenant_id = a.tenant_id AND i.id = a.instance_id
        LEFT JOIN instances o ON o.tenant_id = a.tenant_id AND o.id = a.other_id
        LEFT JOIN pools p ON p.tenant_id = a.tenant_id AND p.id = a.pool_id
        LEFT JOIN gateway_servers g ON g.tenant_id = a.tenant_id AND g.id = a.gateway_server_id
        LEFT JOIN campaigns k ON a.kind = 'CampaignHeld' AND k.tenant_id = a.tenant_id AND k.id = a.subject
        WHERE a.tenant_id = $1 AND {Seen}
        """;

    /// <summary>What is about a number who sees that; what is about a pool or a server, who sees one of its numbers.</summary>
    internal const string Seen = """
        ($2::uuid[] IS NULL OR a.instance_id = ANY ($2) OR (a.instance_id IS NULL AND (
            EXISTS (SELECT FROM pool_members s WHERE s.tenant_id = a.tenant_id AND s.pool_id = a.pool_id AND s.instance_id = ANY ($2))
            OR EXISTS (SELECT FROM instances s WHERE s.tenant_id = a.tenant_id AND s.gateway_server_id = a.gateway_server_id AND s.deleted_at IS NULL
                AND s.id = ANY ($2))
        )))
        """;

    internal static async Task<List<AlertRow>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var rows = new List<AlertRow>();
            while (await reader.ReadAsync(ct))
            {
                rows.Add(Read(reader));
            }

            return rows;
        }
    }

    private static AlertRow Read(NpgsqlDataReader reader) =>
        new(
            new AlertId(reader.GetGuid(0)),
            reader.Enum<AlertLevel>(1),
            new WantedAlert(
                new AlertKey(reader.Enum<AlertKind>(2), reader.GetGuid(3)),
                reader.TimeOrNull(7),
                reader.TextOrNull(8),
                reader.TextOrNull(9),
                reader.TimeOrNull(10),
                reader.Value<DateOnly>(11),
                reader.Value<int>(12),
                reader.Value<int>(13)
            )
            {
                Number = reader.GuidOrNull(4) is { } number ? new InstanceId(number) : null,
                Other = reader.GuidOrNull(5) is { } other ? new InstanceId(other) : null,
                Pool = reader.GuidOrNull(6) is { } pool ? new PoolId(pool) : null,
            },
            reader.TextOrNull(14),
            reader.TextOrNull(15),
            reader.TextOrNull(16),
            reader.TextOrNull(17),
            reader.Time(18),
            reader.TimeOrNull(19),
            reader.TimeOrNull(20),
            reader.TextOrNull(21)
        )
        {
            CampaignName = reader.TextOrNull(22),
        };
}

/// <summary>A place in the history, newest first.</summary>
public sealed record AlertPlace(DateTimeOffset At, AlertId Id);

/// <summary>Which alerts are shown; null for any.</summary>
public sealed record AlertFilter(AlertLevel? Level = null, InstanceId? Number = null, PoolId? Pool = null);

/// <param name="More">Whether there are older ones.</param>
public sealed record AlertPage(IReadOnlyList<AlertRow> Rows, bool More);

/// <summary>A pool as a filter names it.</summary>
public sealed record AlertPool(PoolId Id, string Name);
