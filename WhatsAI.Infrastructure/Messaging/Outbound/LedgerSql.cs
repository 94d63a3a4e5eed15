using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>The ledger's moves, each one statement that states the state it moves from; in the caller's transaction.</summary>
internal static class LedgerSql
{
    /// <summary>The gateway is known to have taken it.</summary>
    public static Task<int> ConfirmAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        string providerId,
        DeliveryState state,
        CancellationToken cancellation
    ) =>
        // A second row with the id would be the same message seen twice: the id stays where it is.
        MoveAsync(
            connection,
            tenant,
            message,
            state,
            """
            UPDATE messages m SET delivery = $3, reason = NULL, settle_at = NULL, due_at = NULL,
                provider_id = CASE WHEN EXISTS (
                    SELECT 1 FROM messages o WHERE o.tenant_id = $1 AND o.instance_id = m.instance_id AND o.provider_id = $4
                ) THEN m.provider_id ELSE $4 END
            WHERE m.tenant_id = $1 AND m.id = $2 AND m.delivery IN ('Sending', 'Unconfirmed')
            """,
            cancellation,
            providerId
        );

    public static Task<int> DoubtAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        string reason,
        CancellationToken cancellation
    ) =>
        MoveAsync(
            connection,
            tenant,
            message,
            DeliveryState.Unconfirmed,
            """
            UPDATE messages SET delivery = $3, reason = $4, settle_at = now() + $5, settle_count = 0
            WHERE tenant_id = $1 AND id = $2 AND delivery = 'Sending'
            """,
            cancellation,
            reason,
            LedgerRules.NextLook(0)
        );

    public static Task<int> FailAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        string reason,
        CancellationToken cancellation
    ) =>
        MoveAsync(
            connection,
            tenant,
            message,
            DeliveryState.Failed,
            "UPDATE messages SET delivery = $3, reason = $4 WHERE tenant_id = $1 AND id = $2 AND delivery IN ('Queued', 'Sending')",
            cancellation,
            reason
        );

    public static Task<int> SkipAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        string reason,
        CancellationToken cancellation
    ) =>
        MoveAsync(
            connection,
            tenant,
            message,
            DeliveryState.Skipped,
            "UPDATE messages SET delivery = $3, reason = $4 WHERE tenant_id = $1 AND id = $2 AND delivery = 'Queued'",
            cancellation,
            reason
        );

    /// <summary>Back to its place in the queue; it surely did not go out.</summary>
    public static Task<int> RequeueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        string reason,
        TimeSpan after,
        CancellationToken cancellation
    ) =>
        MoveAsync(
            connection,
            tenant,
            message,
            DeliveryState.Queued,
            "UPDATE messages SET delivery = $3, reason = $4, due_at = now() + $5 WHERE tenant_id = $1 AND id = $2 AND delivery = 'Sending'",
            cancellation,
            reason,
            after
        );

    public static Task<int> BeginAsync(NpgsqlConnection connection, TenantId tenant, MessageId message, CancellationToken cancellation) =>
        MoveAsync(
            connection,
            tenant,
            message,
            DeliveryState.Sending,
            """
            UPDATE messages SET delivery = $3, reason = NULL, attempts = attempts + 1, attempted_at = now()
            WHERE tenant_id = $1 AND id = $2 AND delivery = 'Queued'
            """,
            cancellation
        );

    /// <summary>
    /// What echoes were held for an attempt that has ended goes back to the journal's queue: it settles one in doubt, or was another program's.
    /// </summary>
    public static async Task ReleaseEchoesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Guid instance,
        string? exceptProviderId,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            WITH held AS (
                DELETE FROM held_echoes WHERE tenant_id = $1 AND instance_id = $2 RETURNING provider_id, journal_id
            )
            INSERT INTO journal_pending (journal_id, tenant_id, instance_id, due_at, attempts)
            SELECT DISTINCT journal_id, $1, $2, now(), 0 FROM held WHERE provider_id IS DISTINCT FROM $3
            ON CONFLICT DO NOTHING
            """,
            tenant.Value,
            instance,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)exceptProviderId ?? DBNull.Value }
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<int> MoveAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        DeliveryState state,
        string sql,
        CancellationToken cancellation,
        params object?[] more
    )
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(sql, [tenant.Value, message.Value, state.ToString(), .. more]),
                TenantSql.Command(
                    """
                    UPDATE conversation_heads h SET last_delivery = m.delivery FROM messages m
                    WHERE m.tenant_id = $1 AND m.id = $2 AND h.tenant_id = $1 AND h.conversation_id = m.conversation_id AND h.last_message_id = m.id
                    """,
                    tenant.Value,
                    message.Value
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
        return (int)batch.BatchCommands[0].RecordsAffected;
    }
}
