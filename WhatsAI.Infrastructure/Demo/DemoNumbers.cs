using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Demo;

internal sealed record DemoNumber(InstanceId Id, string Name, string? Phone, InstanceState State);

/// <summary>Eight numbers: six that work, one never linked, one banned; each with its log. What a start that was killed has made is taken up.</summary>
internal sealed class DemoNumbers(IServiceProvider scope, TenantId tenant, Random random, DateTimeOffset now)
{
    public async Task<IReadOnlyList<DemoNumber>> MakeAsync(GatewayServerId server, CancellationToken ct) =>
        [
            await MakeAsync(server, "Vendas", "+5511955500101", InstanceState.Open, ct),
            await MakeAsync(server, "Suporte", "+5511955500102", InstanceState.Open, ct),
            await MakeAsync(server, "Cobrança", "+5511955500104", InstanceState.Banned, ct),
            await MakeAsync(server, "Promoções", null, InstanceState.Unknown, ct),
            await MakeAsync(server, "Vendas 02", "+5511955500105", InstanceState.Open, ct),
            await MakeAsync(server, "Vendas 03", "+5511955500106", InstanceState.Open, ct),
            await MakeAsync(server, "Cobrança 02", "+5511955500107", InstanceState.Open, ct),
            await MakeAsync(server, "Cobrança 03", "+5511955500108", InstanceState.Open, ct),
        ];

    private async Task<DemoNumber> MakeAsync(GatewayServerId server, string name, string? phone, InstanceState state, CancellationToken ct)
    {
        var id = await FindAsync(name, ct) ?? await scope.GetRequiredService<InstanceCreation>().CreateAsync(name, server, ct);
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
                gateway_seen_at = $9
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
        await WorkList.DueAsync(c, WorkKind.Probe, id, ct);
        await transaction.CommitAsync(ct);
        return new DemoNumber(id, name, phone, state);
    }

    private async Task<InstanceId?> FindAsync(string name, CancellationToken ct)
    {
        await using var db = await scope.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(ct);
        return await db.Instances.Where(i => i.Name == name && i.DeletedAt == null).Select(i => (InstanceId?)i.Id).FirstOrDefaultAsync(ct);
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
