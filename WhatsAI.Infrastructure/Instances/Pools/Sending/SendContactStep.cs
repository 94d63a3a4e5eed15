using WhatsAI.Infrastructure.Contacts;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>What waits for a contact in a pool's queue, and what went to him by campaigns.</summary>
public sealed class SendContactStep : IContactStep
{
    public async Task MergeAsync(ContactMove move, CancellationToken ct)
    {
        await move.MoveAsync("pool_messages", "id", ct);
        await move.MoveAsync("campaign_sends", "message_id", ct);
    }

    public async Task UndoAsync(ContactMove move, CancellationToken ct)
    {
        await move.BackAsync("pool_messages", "id", ct);
        await move.BackAsync("campaign_sends", "message_id", ct);
    }
}
