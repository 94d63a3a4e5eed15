using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <param name="Chat">The phone's or the group's address; null where only a LID is known.</param>
internal sealed record DueReceipt(
    MessageId Message,
    ConversationId Conversation,
    int Attempts,
    string? ProviderId,
    Jid? Chat,
    Jid? Participant
);

internal static class ReceiptSql
{
    /// <summary>Oldest first.</summary>
    public static async Task<IReadOnlyList<DueReceipt>> DueAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        int most,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT r.message_id, r.conversation_id, r.attempts, m.provider_id, coalesce(c.group_jid, person.jid), sender.jid
            FROM read_receipts_due r
            JOIN messages m ON m.tenant_id = r.tenant_id AND m.id = r.message_id
            JOIN conversations c ON c.tenant_id = r.tenant_id AND c.id = r.conversation_id
            LEFT JOIN LATERAL (
                SELECT jid FROM contact_identities
                WHERE tenant_id = r.tenant_id AND contact_id = c.contact_id AND kind = 'Phone' ORDER BY first_seen_at DESC LIMIT 1
            ) person ON true
            LEFT JOIN LATERAL (
                SELECT jid FROM contact_identities
                WHERE tenant_id = r.tenant_id AND contact_id = m.sender_id AND c.group_jid IS NOT NULL ORDER BY kind = 'Phone' DESC LIMIT 1
            ) sender ON true
            WHERE r.tenant_id = $1 AND r.instance_id = $2 AND r.due_at <= now()
            ORDER BY r.due_at LIMIT $3
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            most
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<DueReceipt>();
        while (await reader.ReadAsync(cancellation))
        {
            due.Add(
                new(
                    new(reader.GetGuid(0)),
                    new(reader.GetGuid(1)),
                    reader.GetInt16(2),
                    reader.IsDBNull(3) ? null : reader.GetString(3),
                    Address(reader, 4),
                    Address(reader, 5)
                )
            );
        }

        return due;
    }

    public static async Task DoneAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        IEnumerable<MessageId> messages,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "DELETE FROM read_receipts_due WHERE tenant_id = $1 AND message_id = ANY($2)",
            claim.Tenant.Value,
            messages.Select(m => m.Value).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task AgainAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        IReadOnlyList<(MessageId Message, TimeSpan Wait)> messages,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            UPDATE read_receipts_due SET attempts = attempts + 1, due_at = now() + again.wait
            FROM unnest($2, $3) AS again (id, wait) WHERE tenant_id = $1 AND message_id = again.id
            """,
            claim.Tenant.Value,
            messages.Select(m => m.Message.Value).ToArray(),
            messages.Select(m => m.Wait).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How long until the next receipt is due, by the database's clock; null when none waits.</summary>
    public static async Task<TimeSpan?> NextDueAsync(NpgsqlConnection connection, WorkClaim claim, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            "SELECT min(due_at) - now() FROM read_receipts_due WHERE tenant_id = $1 AND instance_id = $2",
            claim.Tenant.Value,
            claim.Instance.Value
        );
        return await command.ExecuteScalarAsync(cancellation) as TimeSpan?;
    }

    private static Jid? Address(NpgsqlDataReader reader, int column) =>
        !reader.IsDBNull(column) && Jid.TryParse(reader.GetString(column), out var jid) ? jid : null;
}
