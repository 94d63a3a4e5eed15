using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>What the ledger writes of a number beside its messages: sends counted by the hour, and the gateway's last failure.</summary>
internal static class SendRecord
{
    /// <summary>
    /// Limits are counted in the transaction that claims; what surely did not go out is taken back, from the hour in which it was counted.
    /// </summary>
    public static async Task CountAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        MessageId message,
        int sent,
        int failed,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO instance_hours AS h (tenant_id, instance_id, hour, received, sent, failed)
            SELECT $1, $2, date_trunc('hour', coalesce(attempted_at, now()), 'UTC'), 0, greatest($3, 0), $4 FROM messages WHERE tenant_id = $1 AND id = $5
            ON CONFLICT (tenant_id, instance_id, hour) DO UPDATE SET sent = greatest(h.sent + $3, 0), failed = h.failed + $4
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            sent,
            failed,
            message.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The same for numbers of which each begins one send now.</summary>
    public static NpgsqlBatchCommand BegunCommand(TenantId tenant, IEnumerable<InstanceId> instances) =>
        TenantSql.Command(
            """
            INSERT INTO instance_hours AS h (tenant_id, instance_id, hour, received, sent, failed)
            SELECT $1, t.instance_id, date_trunc('hour', now(), 'UTC'), 0, 1, 0 FROM unnest($2::uuid[]) AS t (instance_id)
            ON CONFLICT (tenant_id, instance_id, hour) DO UPDATE SET sent = h.sent + 1
            """,
            tenant.Value,
            instances.Select(i => i.Value).ToArray()
        );

    public static async Task FailureAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        GatewayFailure failure,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "UPDATE instance_statuses SET gateway_failure = $3, gateway_failure_at = now() WHERE tenant_id = $1 AND instance_id = $2",
            claim.Tenant.Value,
            claim.Instance.Value,
            failure.ToString()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
