using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>Whose conversation was set aside or resolved has room for another.</summary>
public sealed class RoomStep : IConversationStep
{
    public async Task ApplyAsync(ConversationMove move, CancellationToken cancellation)
    {
        if (move is { Before: { AssigneeId: not null, Status: ConversationStatus.Open }, After.Status: not ConversationStatus.Open })
        {
            await AssignmentQueue.WakeAsync(move.Connection, move.Before.TenantId, cancellation);
            move.Due.Add(WorkKind.Assign);
        }
    }
}
