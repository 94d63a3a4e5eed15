using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Receipts that came before the message they are of.</summary>
internal static class WaitingReceipts
{
    /// <summary>Applies what waited for one message of ours whose id has just become known; in the caller's transaction.</summary>
    public static async Task<DeliveryState> TakeAsync(
        NpgsqlConnection connection,
        Guid tenant,
        Guid instance,
        string providerId,
        DeliveryState state,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "DELETE FROM waiting_receipts WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = $3 RETURNING delivery",
            tenant,
            instance,
            providerId
        );
        return await command.ExecuteScalarAsync(cancellation) is string waiting
            ? DeliveryStates.Advance(state, Enum.Parse<DeliveryState>(waiting))
            : state;
    }

    /// <summary>The same for one message of each number; those for which nothing waited are not in the result.</summary>
    public static async Task<Dictionary<(Guid Instance, string ProviderId), DeliveryState>> TakeAsync(
        NpgsqlConnection connection,
        Guid tenant,
        IReadOnlyCollection<(Guid Instance, string ProviderId)> messages,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            DELETE FROM waiting_receipts w USING unnest($2::uuid[], $3::text[]) AS t (instance_id, provider_id)
            WHERE w.tenant_id = $1 AND w.instance_id = t.instance_id AND w.provider_id = t.provider_id
            RETURNING w.instance_id, w.provider_id, w.delivery
            """,
            tenant,
            messages.Select(m => m.Instance).ToArray(),
            messages.Select(m => m.ProviderId).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var waiting = new Dictionary<(Guid, string), DeliveryState>();
        while (await reader.ReadAsync(cancellation))
        {
            waiting[(reader.GetGuid(0), reader.GetString(1))] = Enum.Parse<DeliveryState>(reader.GetString(2));
        }

        return waiting;
    }

    /// <summary>Takes what waited for the messages of ours that came in this batch into what the batch says itself.</summary>
    public static async Task TakeAsync(InboundContext context, Dictionary<string, DeliveryState> seen, CancellationToken cancellation)
    {
        var arrived = context.Arrivals.Where(a => a.Direction == MessageDirection.Out).Select(a => a.Message.ProviderId).ToArray();
        if (arrived.Length == 0)
        {
            return;
        }

        await using var command = context.Connection.Sql(
            "DELETE FROM waiting_receipts WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3) RETURNING provider_id, delivery",
            context.Tenant.Value,
            context.Instance.Value,
            arrived
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var state = Enum.Parse<DeliveryState>(reader.GetString(1));
            var id = reader.GetString(0);
            seen[id] = seen.TryGetValue(id, out var before) ? DeliveryStates.Advance(before, state) : state;
        }
    }

    /// <summary>Keeps what came before its message; of two the one further on.</summary>
    public static async Task KeepAsync(
        InboundContext context,
        List<KeyValuePair<string, DeliveryState>> early,
        CancellationToken cancellation
    )
    {
        if (early.Count == 0)
        {
            return;
        }

        var waiting = new Dictionary<string, DeliveryState>(StringComparer.Ordinal);
        await using (
            var command = context.Connection.Sql(
                "SELECT provider_id, delivery FROM waiting_receipts WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3)",
                context.Tenant.Value,
                context.Instance.Value,
                early.ConvertAll(e => e.Key).ToArray()
            )
        )
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                waiting[reader.GetString(0)] = Enum.Parse<DeliveryState>(reader.GetString(1));
            }
        }

        await using var write = context.Connection.Sql(
            """
            INSERT INTO waiting_receipts (tenant_id, instance_id, provider_id, delivery, at)
            SELECT $1, $2, t.provider_id, t.delivery, $3 FROM unnest($4::text[], $5::text[]) AS t (provider_id, delivery)
            ON CONFLICT (tenant_id, instance_id, provider_id) DO UPDATE SET delivery = excluded.delivery, at = excluded.at
            """,
            context.Tenant.Value,
            context.Instance.Value,
            context.Now.ToUniversalTime(),
            early.ConvertAll(e => e.Key).ToArray(),
            early
                .ConvertAll(e => (waiting.TryGetValue(e.Key, out var w) ? DeliveryStates.Advance(w, e.Value) : e.Value).ToString())
                .ToArray()
        );
        await write.ExecuteNonQueryAsync(cancellation);
    }
}
