using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>A company with something to tell, taken by one copy of the console.</summary>
/// <param name="Until">When it is due again unless it is given back before; also what tells that nobody else has taken it.</param>
internal sealed record TellingTurn(TenantId Tenant, DateTime Until);

/// <summary>One attempt, claimed.</summary>
internal sealed record ClaimedDelivery(
    Guid Id,
    AlertId Alert,
    AlertChannelId Channel,
    int Attempt,
    bool MayRepeat,
    AlertChannelKind Kind,
    string Name,
    string Target,
    string? EncryptedSecret
);

/// <summary>
/// What is to be told. Both claims put a time ahead and keep no lease: what a killed copy had taken is due again by itself, and marked as doubtful from before
/// the attempt, so that whoever goes on knows that it may have arrived.
/// </summary>
internal static class DeliverySql
{
    /// <summary>After a crash an alert rests at most this long. Longer than any attempt may take.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(60);

    /// <summary>Companies whose time has come, longest due first.</summary>
    public static async Task<IReadOnlyList<TellingTurn>> TakeAsync(NpgsqlDataSource database, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = connection.Sql(
            """
            UPDATE alert_work w SET due_at = now() + $2
            FROM (SELECT tenant_id FROM alert_work WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED) due
            WHERE w.tenant_id = due.tenant_id RETURNING w.tenant_id, w.due_at
            """,
            most,
            Again
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var turns = new List<TellingTurn>();
        while (await reader.ReadAsync(ct))
        {
            turns.Add(new TellingTurn(new TenantId(reader.GetGuid(0)), reader.GetDateTime(1)));
        }

        return turns;
    }

    /// <summary>When the company's next attempt is due; none: it leaves the list. Not if something was raised since it was taken, which made it due again.</summary>
    public static async Task GiveBackAsync(NpgsqlConnection connection, TellingTurn turn, CancellationToken ct)
    {
        const string Next =
            "SELECT min(due_at) FROM alert_deliveries WHERE tenant_id = $1 AND delivered_at IS NULL AND given_up_at IS NULL";
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    $"DELETE FROM alert_work WHERE tenant_id = $1 AND due_at = $2 AND ({Next}) IS NULL",
                    turn.Tenant.Value,
                    turn.Until
                ),
                TenantSql.Command(
                    $"UPDATE alert_work SET due_at = ({Next}) WHERE tenant_id = $1 AND due_at = $2 AND ({Next}) IS NOT NULL",
                    turn.Tenant.Value,
                    turn.Until
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }

    public static async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        int most,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            UPDATE alert_deliveries d SET attempts = d.attempts + 1, due_at = now() + $3, is_doubtful = true
            FROM (
                SELECT id, is_doubtful FROM alert_deliveries
                WHERE tenant_id = $1 AND delivered_at IS NULL AND given_up_at IS NULL AND due_at <= now()
                ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
            ) due, alert_channels c
            WHERE d.tenant_id = $1 AND d.id = due.id AND c.tenant_id = $1 AND c.id = d.channel_id
            RETURNING d.id, d.alert_id, d.channel_id, d.attempts, due.is_doubtful, c.kind, c.name, c.target, c.encrypted_secret
            """,
            tenant.Value,
            most,
            Again
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var claimed = new List<ClaimedDelivery>();
        while (await reader.ReadAsync(ct))
        {
            claimed.Add(
                new ClaimedDelivery(
                    reader.GetGuid(0),
                    new AlertId(reader.GetGuid(1)),
                    new AlertChannelId(reader.GetGuid(2)),
                    reader.GetInt32(3),
                    reader.GetBoolean(4),
                    reader.Enum<AlertChannelKind>(5),
                    reader.GetString(6),
                    reader.GetString(7),
                    reader.TextOrNull(8)
                )
            );
        }

        return claimed;
    }

    /// <summary>What came of an attempt. That it arrived is true whoever has claimed it since; anything else only while the attempt is the last one.</summary>
    public static async Task EndAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ClaimedDelivery delivery,
        Told told,
        CancellationToken ct
    )
    {
        var arrived = told.Outcome == DeliveryOutcome.Delivered;
        var wait = DeliveryRetry.After(told.Outcome, delivery.Attempt, told.RetryAfter);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    """
                    UPDATE alert_deliveries SET delivered_at = CASE WHEN $4 THEN now() END, given_up_at = CASE WHEN NOT $4 AND $5::interval IS NULL THEN now() END,
                        due_at = now() + coalesce($5, interval '0'), is_doubtful = $6, failure = CASE WHEN NOT $4 THEN $7 END
                    WHERE tenant_id = $1 AND id = $2 AND delivered_at IS NULL AND (attempts = $3 OR $4)
                    """,
                    tenant.Value,
                    delivery.Id,
                    delivery.Attempt,
                    arrived,
                    new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Interval, Value = (object?)wait ?? DBNull.Value },
                    // Once in doubt it stays so: a later refusal does not take back what may have arrived.
                    !arrived && (delivery.MayRepeat || told.Outcome.IsInDoubt()),
                    told.Outcome.ToString()
                ),
                ChannelCommand(tenant, delivery.Channel, told.Outcome),
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }

    public static NpgsqlBatchCommand ChannelCommand(TenantId tenant, AlertChannelId channel, DeliveryOutcome outcome) =>
        outcome == DeliveryOutcome.Delivered
            ? TenantSql.Command(
                "UPDATE alert_channels SET last_failure = NULL, last_failure_at = NULL, last_delivered_at = now() WHERE tenant_id = $1 AND id = $2",
                tenant.Value,
                channel.Value
            )
            : TenantSql.Command(
                "UPDATE alert_channels SET last_failure = $3, last_failure_at = now() WHERE tenant_id = $1 AND id = $2",
                tenant.Value,
                channel.Value,
                outcome.ToString()
            );
}
