using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Privacy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>Recipients of campaigns follow their contacts. A campaign has each person once: where both were in it, the other's row stays and is written to no more.</summary>
public sealed class CampaignContactStep : IContactStep
{
    public async Task MergeAsync(ContactMove move, CancellationToken ct)
    {
        await move.RunAsync(
            """
            WITH moved AS (
                UPDATE campaign_recipients r SET contact_id = $3 WHERE r.tenant_id = $1 AND r.contact_id = $4 AND NOT EXISTS (
                    SELECT FROM campaign_recipients k WHERE k.tenant_id = $1 AND k.campaign_id = r.campaign_id AND k.contact_id = $3)
                RETURNING r.campaign_id
            )
            INSERT INTO contact_moves (tenant_id, merge_id, part, item_id, number)
            SELECT $1, $2, 'campaign_recipients', campaign_id, 0 FROM moved WHERE $5
            """,
            ct,
            move.IsNoted
        );
        await move.RunAsync(
            """
            WITH moved AS (
                UPDATE campaign_exclusions r SET contact_id = $3 WHERE r.tenant_id = $1 AND r.contact_id = $4 AND NOT EXISTS (
                    SELECT FROM campaign_exclusions k WHERE k.tenant_id = $1 AND k.campaign_id = r.campaign_id AND k.contact_id = $3)
                RETURNING r.campaign_id
            )
            INSERT INTO contact_moves (tenant_id, merge_id, part, item_id, number)
            SELECT $1, $2, 'campaign_exclusions', campaign_id, 0 FROM moved WHERE $5
            """,
            ct,
            move.IsNoted
        );
        // What is told of him and not taken in yet.
        await move.RunAsync(
            "UPDATE campaign_news SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $4 AND $2::uuid IS NOT NULL",
            ct
        );
    }

    public async Task UndoAsync(ContactMove move, CancellationToken ct)
    {
        await move.BackAsync("campaign_recipients", "campaign_id", ct);
        await move.BackAsync("campaign_exclusions", "campaign_id", ct);
    }

    /// <summary>What was sent when stays, as figures want it; who it was does not.</summary>
    public async Task EraseAsync(ContactErasure erasure, CancellationToken ct)
    {
        await erasure.RunAsync(
            "UPDATE campaign_recipients SET phone = '', values = '{}' WHERE tenant_id = $1 AND contact_id = ANY ($2)",
            ct
        );
        await erasure.RunAsync("UPDATE campaign_exclusions SET phone = NULL WHERE tenant_id = $1 AND contact_id = ANY ($2)", ct);
    }

    public IReadOnlyList<PersonalDataPart> Parts { get; } =
    [
        new(
            PersonalData.CampaignRecords,
            "campaign-recipients",
            """
            SELECT jsonb_build_object('campaign', c.name, 'phone', r.phone, 'values', r.values, 'variant', r.variant, 'state', r.state, 'reason', r.reason,
                'sentAt', r.sent_at, 'deliveredAt', r.delivered_at, 'readAt', r.read_at, 'repliedAt', r.replied_at, 'optedOutAt', r.opted_out_at)
            FROM campaign_recipients r JOIN campaigns c ON c.tenant_id = $1 AND c.id = r.campaign_id
            WHERE r.tenant_id = $1 AND r.contact_id = ANY ($2) ORDER BY c.created_at, c.id
            """
        ),
        new(
            PersonalData.CampaignRecords,
            "campaign-exclusions",
            """
            SELECT jsonb_build_object('campaign', c.name, 'phone', r.phone, 'reason', r.reason)
            FROM campaign_exclusions r JOIN campaigns c ON c.tenant_id = $1 AND c.id = r.campaign_id
            WHERE r.tenant_id = $1 AND r.contact_id = ANY ($2) ORDER BY c.created_at, c.id
            """
        ),
    ];
}
