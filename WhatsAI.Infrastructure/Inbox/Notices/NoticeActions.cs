using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notices;

/// <summary>Marks the present member's own notices as read; all his windows hear of it.</summary>
public sealed class NoticeActions(NpgsqlDataSource database, CurrentMember member, EventHub hub)
{
    /// <summary>One; nothing happens where it is another's.</summary>
    public Task ReadAsync(NoticeId id, CancellationToken ct = default) => MarkAsync(id.Value, conversation: null, ct);

    /// <summary>He has had the conversation before him.</summary>
    public Task ReadConversationAsync(ConversationId id, CancellationToken ct = default) => MarkAsync(notice: null, id.Value, ct);

    public Task ReadAllAsync(CancellationToken ct = default) => MarkAsync(notice: null, conversation: null, ct);

    private async Task MarkAsync(Guid? notice, Guid? conversation, CancellationToken ct)
    {
        member.Demand(Permission.ConversationsRead);
        await using (var transaction = await database.BeginAsync(member.TenantId, ct))
        {
            await using var command = transaction.Connection.Sql(
                """
                UPDATE notices SET read_at = now() WHERE tenant_id = $1 AND user_id = $2 AND read_at IS NULL
                    AND ($3 IS NULL OR id = $3) AND ($4 IS NULL OR conversation_id = $4)
                """,
                member.TenantId.Value,
                member.UserId.Value,
                Uuid(notice),
                Uuid(conversation)
            );
            if (await command.ExecuteNonQueryAsync(ct) == 0)
            {
                return;
            }

            await transaction.CommitAsync(ct);
        }

        hub.Publish(new NoticesChanged(member.TenantId, member.UserId));
    }

    private static NpgsqlParameter Uuid(Guid? value) => new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)value ?? DBNull.Value };
}
