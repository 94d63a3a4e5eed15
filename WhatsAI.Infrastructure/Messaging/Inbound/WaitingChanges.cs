using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Edits and deletions that came before their message: kept until it comes, the latest of each.</summary>
internal static class WaitingChanges
{
    /// <summary>Takes out those of the messages that have just arrived.</summary>
    public static async Task<IReadOnlyList<Change>> TakeAsync(InboundContext context, CancellationToken cancellation)
    {
        if (context.Arrivals.Count == 0)
        {
            return [];
        }

        await using var command = context.Connection.Sql(
            "DELETE FROM waiting_changes WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3) RETURNING provider_id, body, at, source",
            context.Tenant.Value,
            context.Instance.Value,
            context.Arrivals.Select(a => a.Message.ProviderId).ToArray()
        );
        var changes = new List<Change>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (!reader.IsDBNull(3))
            {
                changes.Add(
                    new Change(
                        reader.GetString(0),
                        reader.IsDBNull(1) ? null : MessageBodyJson.Read(reader.GetString(1)),
                        reader.GetFieldValue<DateTimeOffset>(2),
                        ChangeSourceJson.Read(reader.GetString(3)),
                        null
                    )
                );
            }
        }

        return changes;
    }

    /// <summary>Puts one by, unless a later one waits.</summary>
    public static void Keep(InboundContext context, NpgsqlBatch batch, Change change) =>
        batch.BatchCommands.Add(
            TenantSql.Command(
                """
                INSERT INTO waiting_changes AS w (tenant_id, instance_id, provider_id, change, body, at, source) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (tenant_id, instance_id, provider_id, change)
                DO UPDATE SET body = excluded.body, at = excluded.at, source = excluded.source WHERE w.at <= excluded.at
                """,
                context.Tenant.Value,
                context.Instance.Value,
                change.ProviderId,
                change.Body is null ? "delete" : "edit",
                JsonParameter.Of(change.Body is null ? null : MessageBodyJson.Write(change.Body)),
                change.At.ToUniversalTime(),
                JsonParameter.Of(ChangeSourceJson.Write(change.By))
            )
        );
}

/// <summary>A change of a message that its author made, or claims to have made.</summary>
/// <param name="Body">The new body of an edit; null for a deletion.</param>
/// <param name="JournalId">Null for one that waited.</param>
internal sealed record Change(string ProviderId, MessageBody? Body, DateTimeOffset At, ChangeSource By, long? JournalId);
