using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Privacy;

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

    // What went out names nobody once the contact has no name.
    public Task EraseAsync(ContactErasure erasure, CancellationToken ct) =>
        erasure.RunAsync(
            "DELETE FROM pool_messages WHERE tenant_id = $1 AND (contact_id = ANY ($2) OR phone = ANY ($3))",
            ct,
            (object)erasure.Phones.ToArray()
        );

    public IReadOnlyList<PersonalDataPart> Parts { get; } =
    [
        new(
            PersonalData.CampaignRecords,
            "campaigns",
            """
            SELECT jsonb_build_object('campaign', c.name, 'at', s.at, 'optedOutAt', s.opted_out_at, 'message', s.message_id)
            FROM campaign_sends s LEFT JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = s.campaign_id
            WHERE s.tenant_id = $1 AND s.contact_id = ANY ($2) ORDER BY s.at, s.message_id
            """
        ),
        new(
            PersonalData.QueuedMessages,
            "queued-campaign-messages",
            """
            SELECT jsonb_build_object('campaign', c.name, 'body', m.body, 'queuedAt', m.queued_at)
            FROM pool_messages m LEFT JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = m.campaign_id
            WHERE m.tenant_id = $1 AND m.contact_id = ANY ($2) ORDER BY m.queued_at, m.id
            """
        ),
    ];
}
