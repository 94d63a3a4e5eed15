using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Demo;

internal sealed record DemoNumber(InstanceId Id, string Name, string? Phone, InstanceState State);

/// <summary>Four numbers: two that work, one never linked, one banned; each with its log and the hours of two weeks.</summary>
internal sealed class DemoNumbers(IServiceProvider scope, TenantId tenant, Random random, DateTimeOffset now)
{
    private const int Days = 14;

    // Messages of an hour at a counter that opens at eight, by the clock of São Paulo.
    private static readonly int[] _day = [0, 0, 0, 0, 0, 0, 1, 4, 14, 22, 26, 24, 13, 17, 24, 26, 22, 15, 8, 4, 2, 1, 0, 0];

    public async Task<IReadOnlyList<DemoNumber>> MakeAsync(GatewayServerId server, CancellationToken ct) =>
        [
            await MakeAsync(server, "Vendas", "+5511955500101", InstanceState.Open, ct),
            await MakeAsync(server, "Suporte", "+5511955500102", InstanceState.Open, ct),
            await MakeAsync(server, "Cobrança", "+5511955500104", InstanceState.Banned, ct),
            await MakeAsync(server, "Promoções", null, InstanceState.Unknown, ct),
        ];

    private async Task<DemoNumber> MakeAsync(GatewayServerId server, string name, string? phone, InstanceState state, CancellationToken ct)
    {
        var id = await scope.GetRequiredService<InstanceCreation>().CreateAsync(name, server, ct);
        if (phone is null)
        {
            return new DemoNumber(id, name, phone, state);
        }

        var banned = state == InstanceState.Banned;
        var since = banned ? now.AddHours(-3) : now.AddDays(-random.Next(3, 9));
        await using var transaction = await scope.GetRequiredService<NpgsqlDataSource>().BeginAsync(tenant, ct);
        var c = transaction.Connection;
        await RunAsync(
            c,
            """
            UPDATE instance_statuses SET state = $3, state_since = $4, close_code = $5, own_jid = $6, phone = $7, profile_name = $8,
                last_event_at = $9, last_inbound_at = $9, last_outbound_at = $9, gateway_seen_at = $9
            WHERE tenant_id = $1 AND instance_id = $2
            """,
            ct,
            tenant.Value,
            id.Value,
            state.ToString(),
            since,
            banned
                ? new NpgsqlParameter<int> { TypedValue = 403 }
                : new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
            $"{phone[1..]}@s.whatsapp.net",
            phone,
            $"Distribuidora Aurora · {name}",
            banned ? since : now.AddMinutes(-2)
        );
        var made = now.AddDays(-60 - random.Next(40));
        await RunAsync(c, "UPDATE instances SET created_at = $3 WHERE tenant_id = $1 AND id = $2", ct, tenant.Value, id.Value, made);
        await RunAsync(c, "DELETE FROM connection_log WHERE tenant_id = $1 AND instance_id = $2", ct, tenant.Value, id.Value);
        await LogAsync(c, id, made, InstanceState.Unknown, null, "created", "Ana Ribeiro", ct);
        await LogAsync(c, id, made.AddMinutes(2), InstanceState.Open, null, "connected", null, ct);
        await LogAsync(c, id, since.AddMinutes(-4), InstanceState.Disconnected, 428, "closed.428", null, ct);
        await LogAsync(c, id, since, state, banned ? 403 : null, banned ? "closed.403" : "connected", null, ct);
        await HoursAsync(c, id, banned ? since : now, name == "Vendas" ? 1.0 : 0.6, ct);
        await WorkList.DueAsync(c, WorkKind.Probe, id, ct);
        await transaction.CommitAsync(ct);
        return new DemoNumber(id, name, phone, state);
    }

    private async Task HoursAsync(NpgsqlConnection c, InstanceId id, DateTimeOffset until, double share, CancellationToken ct)
    {
        var first = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero).AddDays(-Days);
        for (var hour = first; hour < until; hour = hour.AddHours(1))
        {
            var local = hour.AddHours(-3);
            var usual =
                _day[local.Hour]
                * share
                * (
                    local.DayOfWeek is DayOfWeek.Sunday ? 0.1
                    : local.DayOfWeek is DayOfWeek.Saturday ? 0.5
                    : 1
                );
            var received = (int)(usual * (0.7 + (random.NextDouble() * 0.6)));
            if (received > 0)
            {
                await RunAsync(
                    c,
                    "INSERT INTO instance_hours (tenant_id, instance_id, hour, received, sent, failed) VALUES ($1, $2, $3, $4, $5, $6)",
                    ct,
                    tenant.Value,
                    id.Value,
                    hour,
                    received,
                    (int)(received * (0.8 + (random.NextDouble() * 0.3))),
                    random.Next(20) == 0 ? 1 : 0
                );
            }
        }
    }

    private Task LogAsync(
        NpgsqlConnection c,
        InstanceId id,
        DateTimeOffset at,
        InstanceState state,
        int? code,
        string what,
        string? actor,
        CancellationToken ct
    ) =>
        RunAsync(
            c,
            "INSERT INTO connection_log (tenant_id, instance_id, at, state, code, what, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            ct,
            tenant.Value,
            id.Value,
            at,
            state.ToString(),
            code is { } number ? number : new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
            what,
            (object?)actor ?? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
        );

    private static async Task RunAsync(NpgsqlConnection c, string sql, CancellationToken ct, params object?[] values)
    {
        await using var command = c.Sql(sql, values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
