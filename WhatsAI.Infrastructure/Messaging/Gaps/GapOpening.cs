using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

/// <summary>Writes down that messages of a number may have been missed, in the caller's transaction and tenant.</summary>
internal static class GapOpening
{
    /// <summary>
    /// Opens a gap, or widens the one that waits. Locks the number's place in the work list first, as who fills it does. Nothing for a number that was
    /// deleted.
    /// </summary>
    /// <returns>Whether it is a new one.</returns>
    /// <param name="after">How long until the gateway is asked. A further cause puts it off, but never by more than a minute altogether.</param>
    public static async Task<bool> OpenAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        GapCause cause,
        DateTimeOffset startsAt,
        TimeSpan after,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!await WorkList.DueAsync(c, WorkKind.Gap, of.Instance, ct, after))
        {
            return false;
        }

        await using var command = c.Sql(
            """
            INSERT INTO gaps (id, tenant_id, instance_id, cause, state, starts_at, due_at, found, attempts, created_at)
            VALUES ($3, $1, $2, $4, 'Open', $5, now() + $6, 0, 0, now())
            ON CONFLICT (instance_id, state) WHERE state IN ('Waiting', 'Open') DO UPDATE SET starts_at = least(gaps.starts_at, excluded.starts_at),
                due_at = least(excluded.due_at, gaps.created_at + interval '1 minute')
            RETURNING xmax = 0
            """,
            of.Tenant.Value,
            of.Instance.Value,
            Id.New<GapId>(now).Value,
            cause.ToString(),
            startsAt.ToUniversalTime(),
            after
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>A number that was linked lost its session, or has one again: what comes in between may not reach us.</summary>
    /// <param name="before">What was known of its link until now.</param>
    public static async Task ConnectionAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        ConnectionFacts before,
        ConnectionChange change,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var (was, has) = (before.State is InstanceState.Open, change.Facts.State is InstanceState.Open);
        // Both ends of a short loss may be in one batch: then the state is what it was, and only the lines tell of it.
        var lost = was && (!has || change.Lines.Any(l => l.State is InstanceState.Open));
        if (!before.WasLinked || (was ? !lost : !has))
        {
            return;
        }

        var from = GapRules.From(await LastSeenAsync(c, of, ct), was ? now : before.Since, now);
        if (!has)
        {
            await WaitAsync(c, of, from, now, ct);
        }
        else
        {
            // Since the number left: between then and now there may have been several states.
            from = await WaitedSinceAsync(c, of, ct) is { } left && left < from ? left : from;
            await OpenAsync(c, of, GapCause.Reconnected, from, GapRules.AfterReconnect, now, ct);
        }
    }

    private static async Task WaitAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        DateTimeOffset startsAt,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            """
            INSERT INTO gaps (id, tenant_id, instance_id, cause, state, starts_at, due_at, found, attempts, created_at)
            VALUES ($3, $1, $2, 'Reconnected', 'Waiting', $4, now(), 0, 0, now())
            ON CONFLICT (instance_id, state) WHERE state IN ('Waiting', 'Open') DO NOTHING
            """,
            of.Tenant.Value,
            of.Instance.Value,
            Id.New<GapId>(now).Value,
            startsAt.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<DateTimeOffset?> WaitedSinceAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            "DELETE FROM gaps WHERE tenant_id = $1 AND instance_id = $2 AND state = 'Waiting' RETURNING starts_at",
            of.Tenant.Value,
            of.Instance.Value
        );
        return await command.ExecuteScalarAsync(ct) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    /// <summary>The provider's time of the newest message that came in; null before the first.</summary>
    public static async Task<DateTimeOffset?> LastSeenAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            "SELECT last_inbound_at FROM instance_statuses WHERE tenant_id = $1 AND instance_id = $2",
            of.Tenant.Value,
            of.Instance.Value
        );
        return await command.ExecuteScalarAsync(ct) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }
}
