using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Labels;

internal static class LabelSql
{
    /// <exception cref="RuleException">It is gone.</exception>
    public static async Task<string> NameAsync(NpgsqlConnection connection, TenantId tenant, LabelId label, CancellationToken ct)
    {
        // It cannot be deleted before the conversations have it.
        await using var command = connection.Sql(
            "SELECT name FROM labels WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE",
            tenant.Value,
            label.Value
        );
        return await command.ExecuteScalarAsync(ct) as string ?? throw new RuleException("label.gone");
    }

    /// <summary>Puts it on conversations whose heads are locked, or takes it off. Gives those that are different now.</summary>
    public static async Task<HashSet<ConversationId>> PutAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        LabelId label,
        IEnumerable<ConversationHead> heads,
        bool on,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            on
                ? """
                INSERT INTO conversation_labels (tenant_id, conversation_id, label_id)
                SELECT $1, id, $2 FROM unnest($3::uuid[]) AS t (id) ON CONFLICT DO NOTHING RETURNING conversation_id
                """
                : "DELETE FROM conversation_labels WHERE tenant_id = $1 AND label_id = $2 AND conversation_id = ANY ($3) RETURNING conversation_id",
            tenant.Value,
            label.Value,
            heads.Select(h => h.ConversationId.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var moved = new HashSet<ConversationId>();
        while (await reader.ReadAsync(ct))
        {
            moved.Add(new ConversationId(reader.GetGuid(0)));
        }

        return moved;
    }
}
