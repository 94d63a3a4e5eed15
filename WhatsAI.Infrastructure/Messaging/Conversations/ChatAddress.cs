using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>Where a conversation is at the gateway: through which number, and under which address.</summary>
internal sealed record ChatAddress(InstanceId Instance, Jid Chat, ConversationKind Kind)
{
    /// <summary>Null where the conversation is not there, not the member's to see, or has no address.</summary>
    public static async Task<ChatAddress?> FindAsync(
        NpgsqlDataSource database,
        CurrentMember member,
        ConversationId id,
        CancellationToken ct
    )
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            $"SELECT c.instance_id, {ConversationSql.ChatColumn}, c.kind FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2 AND {NumberSight.In("c.instance_id", 3)}",
            member.TenantId.Value,
            id.Value,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) && Jid.TryParse(reader.TextOrNull(1), out var chat)
            ? new ChatAddress(new InstanceId(reader.GetGuid(0)), chat, reader.Enum<ConversationKind>(2))
            : null;
    }
}
