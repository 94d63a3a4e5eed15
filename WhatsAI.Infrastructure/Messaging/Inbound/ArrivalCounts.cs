using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>What a number's side rows know of a batch's messages: how many in which hour, and when the last ones were.</summary>
internal static class ArrivalCounts
{
    public static async Task WriteAsync(InboundContext context, CancellationToken cancellation)
    {
        var news = context.Arrivals.Where(a => !a.History).ToList();
        await using var batch = new NpgsqlBatch(context.Connection);
        foreach (var hour in news.GroupBy(a => HourOf(a.SentAt)).OrderBy(h => h.Key))
        {
            batch.BatchCommands.Add(
                TenantSql.Command(
                    """
                    INSERT INTO instance_hours AS h (tenant_id, instance_id, hour, received, sent, failed) VALUES ($1, $2, $3, $4, $5, 0)
                    ON CONFLICT (tenant_id, instance_id, hour) DO UPDATE SET received = h.received + excluded.received, sent = h.sent + excluded.sent
                    """,
                    context.Tenant.Value,
                    context.Instance.Value,
                    hour.Key,
                    hour.Count(a => a.Direction == MessageDirection.In),
                    hour.Count(a => a.Direction == MessageDirection.Out)
                )
            );
        }

        batch.BatchCommands.Add(
            TenantSql.Command(
                """
                UPDATE instance_statuses SET last_event_at = CASE WHEN $6 THEN $3 ELSE last_event_at END, last_inbound_at = greatest(last_inbound_at, $4), last_outbound_at = greatest(last_outbound_at, $5),
                    webhook_lag_ms = coalesce($7, webhook_lag_ms)
                WHERE tenant_id = $1 AND instance_id = $2
                """,
                context.Tenant.Value,
                context.Instance.Value,
                context.Now.ToUniversalTime(),
                Latest(news, MessageDirection.In),
                Latest(news, MessageDirection.Out),
                // What was asked for proves nothing about webhooks.
                context.Items.Any(i => i.Gap is null),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Integer, Value = (object?)LagOf(context) ?? DBNull.Value }
            )
        );
        var isOut = TenantSql.Command(
            "SELECT FROM pool_members WHERE tenant_id = $1 AND instance_id = $2 AND role = 'Quarantined'",
            context.Tenant.Value,
            context.Instance.Value
        );
        if (news.Any(a => a.Direction == MessageDirection.In))
        {
            batch.BatchCommands.Add(isOut);
        }

        await batch.ExecuteNonQueryAsync(cancellation);
        if (isOut.Rows > 0)
        {
            // Who writes to a number that is out of service is served by the one that took over.
            context.Due.Add(WorkKind.Watch);
        }
    }

    /// <summary>Between the provider's time of a message and its coming here, the median of those that came by themselves.</summary>
    private static int? LagOf(InboundContext context)
    {
        var lags = context
            .Items.Where(i => i.Gap is null)
            .SelectMany(i =>
                i.Events.OfType<MessageReceived>().Where(m => m.Message.At is not null).Select(m => i.ReceivedAt - m.Message.At!.Value)
            )
            .Select(l => (int)Math.Clamp(l.TotalMilliseconds, 0, int.MaxValue))
            .Order()
            .ToArray();
        return lags.Length == 0 ? null : lags[lags.Length / 2];
    }

    private static NpgsqlParameter Latest(List<Arrival> arrivals, MessageDirection direction) =>
        new()
        {
            NpgsqlDbType = NpgsqlDbType.TimestampTz,
            Value = arrivals.Where(a => a.Direction == direction).Select(a => (DateTimeOffset?)a.SentAt.ToUniversalTime()).Max() is { } at
                ? at
                : DBNull.Value,
        };

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcDateTime.Date.AddHours(at.UtcDateTime.Hour), TimeSpan.Zero);
}
