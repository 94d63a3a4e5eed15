using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

/// <summary>
/// Every copy's sign of life, in one row for all of them. Whoever finds it old knows that no copy ran, or that the database was away, and opens a gap for
/// every linked number, in the transaction that beats: however many copies start at once, one does.
/// </summary>
public sealed class ConsolePulse(NpgsqlDataSource database, EventHub hub, TimeProvider time, ILogger<ConsolePulse> log) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    /// <summary>Shorter silences are bridged by the gateway's own repetitions.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(30);

    /// <summary>The gateway's repetitions come in these moments too; what they bring need not be asked for.</summary>
    private static readonly TimeSpan _after = TimeSpan.FromSeconds(3);

    /// <summary>One beat. The numbers for which a gap was opened.</summary>
    public async Task<int> BeatAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var opened = await SilenceAsync(connection, ct) is var (since, now) ? await OpenAsync(connection, since, now, ct) : [];
        await using (var beat = connection.Sql("UPDATE console_pulse SET beat_at = now() WHERE id = 1"))
        {
            await beat.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish(
            opened.SelectMany(o => new ConsoleEvent[] { new GapChanged(o.Tenant, o.Instance), new InstanceChanged(o.Tenant, o.Instance) })
        );
        return opened.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await BeatAsync(stoppingToken) is > 0 and var numbers)
                {
                    log.LogWarning(
                        "No copy of the console was at work for a while: {Count} numbers are asked for what they missed",
                        numbers
                    );
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseAway.Is(e))
            {
                log.LogWarning("The console's sign of life cannot be written ({Failure})", e.GetType().Name);
            }

            await Task.Delay(_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Locks the row. Since when nobody beat, by the database's clock; null when it was lately.</summary>
    private static async Task<(DateTimeOffset Since, DateTimeOffset Now)?> SilenceAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        // The clock and not the transaction's beginning: the lock may have been waited for, while another copy beat.
        await using var command = connection.Sql("SELECT beat_at, clock_timestamp() FROM console_pulse WHERE id = 1 FOR UPDATE");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (beat, now) = (reader.GetFieldValue<DateTimeOffset>(0), reader.GetFieldValue<DateTimeOffset>(1));
        return now - beat > _silence ? (beat, now) : null;
    }

    private static async Task<List<(TenantId Tenant, InstanceId Instance)>> OpenAsync(
        NpgsqlConnection connection,
        DateTimeOffset since,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var opened = new List<(TenantId, InstanceId)>();
        foreach (var tenant in await TenantsAsync(connection, ct))
        {
            await connection.EnterAsync(tenant, ct);
            foreach (var (instance, lastSeen) in await LinkedAsync(connection, tenant, ct))
            {
                await GapOpening.OpenAsync(
                    connection,
                    (tenant, instance),
                    GapCause.Downtime,
                    GapRules.From(lastSeen, since, now),
                    _after,
                    now,
                    ct
                );
                await GapSql.LogAsync(connection, (tenant, instance), "gap-downtime", ct);
                opened.Add((tenant, instance));
            }
        }

        return opened;
    }

    private static async Task<List<TenantId>> TenantsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = connection.Sql("SELECT DISTINCT tenant_id FROM work_list WHERE kind = 'Gap' ORDER BY tenant_id");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var tenants = new List<TenantId>();
        while (await reader.ReadAsync(ct))
        {
            tenants.Add(new TenantId(reader.GetGuid(0)));
        }

        return tenants;
    }

    private static async Task<List<(InstanceId Instance, DateTimeOffset? LastSeen)>> LinkedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT s.instance_id, s.last_inbound_at
            FROM instance_statuses s JOIN instances i ON i.tenant_id = s.tenant_id AND i.id = s.instance_id
            WHERE s.tenant_id = $1 AND i.deleted_at IS NULL AND (s.own_jid IS NOT NULL OR s.state = 'Open') ORDER BY s.instance_id
            """,
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var linked = new List<(InstanceId, DateTimeOffset?)>();
        while (await reader.ReadAsync(ct))
        {
            linked.Add((new InstanceId(reader.GetGuid(0)), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1)));
        }

        return linked;
    }
}
