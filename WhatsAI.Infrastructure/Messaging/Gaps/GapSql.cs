using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

/// <summary>A gap whose gateway is to be asked.</summary>
/// <param name="IsRead">All of the gateway's answer is in the journal.</param>
internal sealed record DueGap(
    GapId Id,
    GapCause Cause,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    bool IsRead,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset Now
);

/// <summary>The rows of gaps, in the transaction that holds the claim on the number's gaps.</summary>
internal static class GapSql
{
    /// <summary>The oldest that is due, its end fixed; null when none is.</summary>
    public static async Task<DueGap?> BeginAsync(NpgsqlConnection c, WorkClaim claim, CancellationToken ct)
    {
        await using var command = c.Sql(
            """
            UPDATE gaps SET state = 'Filling', ends_at = coalesce(ends_at, now()),
                starts_at = CASE WHEN cause = 'Asked' THEN starts_at ELSE greatest(starts_at, now() - $3) END
            WHERE tenant_id = $1 AND id = (
                SELECT id FROM gaps WHERE tenant_id = $1 AND instance_id = $2 AND state IN ('Open', 'Filling') AND due_at <= now()
                ORDER BY created_at LIMIT 1)
            RETURNING id, cause, starts_at, ends_at, read_at IS NOT NULL, attempts, created_at, now()
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            GapRules.Longest
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new DueGap(
                new GapId(reader.GetGuid(0)),
                Enum.Parse<GapCause>(reader.GetString(1)),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetBoolean(4),
                reader.GetInt32(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetFieldValue<DateTimeOffset>(7)
            )
            : null;
    }

    public static async Task<TimeSpan?> NextAsync(NpgsqlConnection c, WorkClaim claim, CancellationToken ct)
    {
        await using var command = c.Sql(
            "SELECT min(due_at) - now() FROM gaps WHERE tenant_id = $1 AND instance_id = $2 AND state IN ('Open', 'Filling')",
            claim.Tenant.Value,
            claim.Instance.Value
        );
        return await command.ExecuteScalarAsync(ct) as TimeSpan?;
    }

    /// <summary>How far the messages of a page have come here; those not in it are not known.</summary>
    public static async Task<Dictionary<string, DeliveryState?>> KnownAsync(
        NpgsqlConnection c,
        WorkClaim claim,
        IEnumerable<string> providerIds,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            "SELECT provider_id, delivery FROM messages WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3)",
            claim.Tenant.Value,
            claim.Instance.Value,
            providerIds.ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var known = new Dictionary<string, DeliveryState?>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
        {
            known[reader.GetString(0)] = reader.IsDBNull(1) ? null : Enum.Parse<DeliveryState>(reader.GetString(1));
        }

        return known;
    }

    /// <summary>WhatsApp's id of the number's newest message here; null without any. By the list's index, one step for each of its parts.</summary>
    public static async Task<string?> NewestAsync(NpgsqlConnection c, WorkClaim claim, CancellationToken ct)
    {
        await using var command = c.Sql(
            """
            SELECT m.provider_id
            FROM unnest($3::text[]) AS k (kind) CROSS JOIN unnest($4::text[]) AS s (status)
            CROSS JOIN LATERAL (
                SELECT last_message_id FROM conversation_heads
                WHERE instance_id = $2 AND kind = k.kind AND status = s.status ORDER BY last_at DESC, conversation_id DESC LIMIT 5
            ) h
            JOIN messages m ON m.tenant_id = $1 AND m.id = h.last_message_id
            WHERE m.provider_id IS NOT NULL ORDER BY m.sent_at DESC LIMIT 1
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            Enum.GetNames<ConversationKind>(),
            Enum.GetNames<ConversationStatus>()
        );
        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>Whether the journal still works through what was found.</summary>
    public static async Task<bool> IsPendingAsync(NpgsqlConnection c, WorkClaim claim, GapId gap, CancellationToken ct)
    {
        await using var command = c.Sql(
            """
            SELECT EXISTS (SELECT 1 FROM journal_pending p JOIN journal j ON j.id = p.journal_id AND j.tenant_id = $1
                WHERE p.instance_id = $2 AND j.gap_id = $3)
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            gap.Value
        );
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    public static Task ReadAsync(NpgsqlConnection c, WorkClaim claim, GapId gap, GapAnswer answer, CancellationToken ct) =>
        RunAsync(
            c,
            "UPDATE gaps SET read_at = now(), due_at = now(), found = $3, starts_at = $4, failure = NULL WHERE tenant_id = $1 AND id = $2",
            ct,
            claim.Tenant.Value,
            gap.Value,
            answer.Found,
            answer.From.ToUniversalTime()
        );

    /// <param name="failure">A failure's name; null where nobody failed.</param>
    public static Task PutOffAsync(NpgsqlConnection c, WorkClaim claim, GapId gap, TimeSpan wait, string? failure, CancellationToken ct) =>
        RunAsync(
            c,
            """
            UPDATE gaps SET due_at = now() + $3, failure = coalesce($4, failure), attempts = attempts + CASE WHEN $4::text IS NULL THEN 0 ELSE 1 END
            WHERE tenant_id = $1 AND id = $2
            """,
            ct,
            claim.Tenant.Value,
            gap.Value,
            wait,
            new NpgsqlParameter { Value = (object?)failure ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
        );

    public static async Task EndAsync(NpgsqlConnection c, WorkClaim claim, GapId gap, GapState state, string? failure, CancellationToken ct)
    {
        await RunAsync(
            c,
            "UPDATE gaps SET state = $3, ended_at = now(), failure = $4 WHERE tenant_id = $1 AND id = $2",
            ct,
            claim.Tenant.Value,
            gap.Value,
            state.ToString(),
            new NpgsqlParameter { Value = (object?)failure ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
        );
        await RunAsync(
            c,
            "DELETE FROM gaps WHERE tenant_id = $1 AND instance_id = $2 AND ended_at < now() - $3",
            ct,
            claim.Tenant.Value,
            claim.Instance.Value,
            GapRules.Longest
        );
        // Of a shaky number's reconnects after which nothing was missing, the newest says it all.
        await RunAsync(
            c,
            """
            DELETE FROM gaps g WHERE tenant_id = $1 AND instance_id = $2 AND id <> $3 AND state = 'Filled' AND cause = 'Reconnected'
                AND NOT EXISTS (SELECT 1 FROM gap_conversations t WHERE t.tenant_id = $1 AND t.gap_id = g.id)
            """,
            ct,
            claim.Tenant.Value,
            claim.Instance.Value,
            gap.Value
        );
    }

    /// <summary>The conversations to which a gap brought something, and how much.</summary>
    public static async Task<IReadOnlyList<(ConversationId Conversation, int Recovered)>> TouchedAsync(
        NpgsqlConnection c,
        TenantId tenant,
        GapId gap,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            "SELECT conversation_id, recovered FROM gap_conversations WHERE tenant_id = $1 AND gap_id = $2",
            tenant.Value,
            gap.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var touched = new List<(ConversationId, int)>();
        while (await reader.ReadAsync(ct))
        {
            touched.Add((new ConversationId(reader.GetGuid(0)), reader.GetInt32(1)));
        }

        return touched;
    }

    /// <summary>A line of the number's connection log.</summary>
    /// <param name="what">A resource key below "log.".</param>
    /// <param name="count">Shown with it.</param>
    public static Task LogAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        string what,
        CancellationToken ct,
        int? count = null,
        string? actor = null
    ) =>
        RunAsync(
            c,
            """
            INSERT INTO connection_log (tenant_id, instance_id, at, state, code, what, actor)
            SELECT tenant_id, instance_id, now(), state, $4, $3, left($5, 120) FROM instance_statuses WHERE tenant_id = $1 AND instance_id = $2
            """,
            ct,
            of.Tenant.Value,
            of.Instance.Value,
            what,
            new NpgsqlParameter { Value = (object?)count ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
            new NpgsqlParameter { Value = (object?)actor ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
        );

    private static async Task RunAsync(NpgsqlConnection c, string sql, CancellationToken ct, params object?[] values)
    {
        await using var command = c.Sql(sql, values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
