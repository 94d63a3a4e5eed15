using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>Reads and writes what is known of a number's link, in the caller's transaction and tenant.</summary>
internal static class ConnectionSql
{
    private const string Columns =
        "state, state_since, close_code, restricted_until, own_jid, phone, profile_name, qr_code, pairing_code, qr_at, qr_count";

    /// <summary>Holds the row until the transaction ends. Null for a number that does not exist.</summary>
    public static async Task<ConnectionFacts?> LockAsync(NpgsqlConnection c, TenantId tenant, InstanceId instance, CancellationToken ct)
    {
        await using var command = c.Sql(
            $"SELECT {Columns} FROM instance_statuses WHERE tenant_id = $1 AND instance_id = $2 FOR UPDATE",
            tenant.Value,
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Facts(reader, 0) : null;
    }

    /// <summary>The facts from <paramref name="first"/> on, in the order of the columns above.</summary>
    public static ConnectionFacts Facts(NpgsqlDataReader reader, int first) =>
        new(Enum.Parse<InstanceState>(reader.GetString(first)), reader.GetFieldValue<DateTimeOffset>(first + 1))
        {
            CloseCode = reader.Value<int>(first + 2),
            RestrictedUntil = reader.Value<DateTimeOffset>(first + 3),
            OwnJid = reader.Text(first + 4),
            Phone = PhoneNumber.TryParse(reader.Text(first + 5), out var phone) ? phone : null,
            ProfileName = reader.Text(first + 6),
            QrCode = reader.Text(first + 7),
            PairingCode = reader.Text(first + 8),
            QrAt = reader.Value<DateTimeOffset>(first + 9),
            QrCount = reader.GetInt32(first + 10),
        };

    /// <summary>Writes what changed; nothing when nothing did.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        ConnectionFacts before,
        ConnectionChange change,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (change.Facts != before)
        {
            if (change.Facts.State == InstanceState.Open && before.State != InstanceState.Open)
            {
                // It slept while it could not send.
                await PoolWake.IdleAsync(c, of.Tenant, of.Instance, ct);
            }

            await UpdateAsync(c, of, change.Facts, ct);
        }

        if (change.Lines.Count > 0)
        {
            await WriteLinesAsync(c, of, change.Lines, now, ct);
        }
    }

    /// <summary>A line about what a person did.</summary>
    public static async Task WriteActAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        string what,
        string actor,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            """
            INSERT INTO connection_log (tenant_id, instance_id, at, state, what, actor)
            SELECT tenant_id, instance_id, $3, state, $4, left($5, 120) FROM instance_statuses WHERE tenant_id = $1 AND instance_id = $2
            """,
            of.Tenant.Value,
            of.Instance.Value,
            now,
            what,
            actor
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task UpdateAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        ConnectionFacts facts,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            """
            UPDATE instance_statuses SET state = $3, state_since = $4, close_code = $5, restricted_until = $6, own_jid = $7, phone = $8,
                profile_name = $9, qr_code = $10, pairing_code = $11, qr_at = $12, qr_count = $13
            WHERE tenant_id = $1 AND instance_id = $2
            """,
            of.Tenant.Value,
            of.Instance.Value,
            facts.State.ToString(),
            facts.Since.ToUniversalTime(),
            facts.CloseCode,
            facts.RestrictedUntil?.ToUniversalTime(),
            facts.OwnJid,
            facts.Phone?.Value,
            facts.ProfileName,
            facts.QrCode,
            facts.PairingCode,
            facts.QrAt?.ToUniversalTime(),
            facts.QrCount
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task WriteLinesAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        IReadOnlyList<ConnectionLine> lines,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var written = ConnectionFlaps.Thin(lines, await RecentAsync(c, of, now, ct));
        if (written.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(c);
        foreach (var line in written)
        {
            if (line.Replaces)
            {
                Add(
                    batch,
                    """
                    DELETE FROM connection_log WHERE id = (
                        SELECT id FROM connection_log WHERE tenant_id = $1 AND instance_id = $2 AND at > $3 AND what LIKE 'closed%'
                        ORDER BY id DESC LIMIT 1)
                    """,
                    of.Tenant.Value,
                    of.Instance.Value,
                    now - ConnectionChange.CloseWindow
                );
            }

            Add(
                batch,
                "INSERT INTO connection_log (tenant_id, instance_id, at, state, code, what) VALUES ($1, $2, $3, $4, $5, $6)",
                of.Tenant.Value,
                of.Instance.Value,
                now,
                line.State.ToString(),
                line.Code,
                line.What
            );
        }

        await batch.ExecuteNonQueryAsync(ct);
    }

    private static async Task<List<string>> RecentAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            "SELECT what FROM connection_log WHERE tenant_id = $1 AND instance_id = $2 AND at > $3 ORDER BY id DESC LIMIT 50",
            of.Tenant.Value,
            of.Instance.Value,
            now - ConnectionFlaps.Window
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var recent = new List<string>();
        while (await reader.ReadAsync(ct))
        {
            recent.Add(reader.GetString(0));
        }

        return recent;
    }

    private static void Add(NpgsqlBatch batch, string sql, params object?[] values) =>
        batch.BatchCommands.Add(TenantSql.Command(sql, values));
}
