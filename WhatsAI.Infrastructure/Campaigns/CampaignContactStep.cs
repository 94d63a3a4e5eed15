using Npgsql;
using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Privacy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>
/// Recipients of campaigns follow their contacts. A campaign has each person once: where both were in it, the message that came further is the person's, and the other
/// one is written to no more. Both stay counted, each once: what went out twice did.
/// </summary>
public sealed class CampaignContactStep : IContactStep
{
    // How far a recipient's message came, as far as that decides which of two is the person's: what may have gone out, then what was tried, then what waits.
    private const string Rank = """
        CASE state WHEN 'Replied' THEN 9 WHEN 'Read' THEN 8 WHEN 'Delivered' THEN 7 WHEN 'Sent' THEN 6 WHEN 'Unconfirmed' THEN 5 WHEN 'Sending' THEN 4
            WHEN 'Failed' THEN 3 WHEN 'Queued' THEN 2 WHEN 'Planned' THEN 1 ELSE 0 END
        """;

    /// <summary>Two rows change places: everything of them but whose they are. $5 are the campaigns.</summary>
    private const string Swap = """
        UPDATE campaign_recipients r SET place = x.place, phone = x.phone, source = x.source, variant = x.variant, values = x.values, state = x.state,
            reason = x.reason, not_before = x.not_before, instance_id = x.instance_id, message_id = x.message_id, queued_at = x.queued_at,
            sent_at = x.sent_at, delivered_at = x.delivered_at, read_at = x.read_at, replied_at = x.replied_at, opted_out_at = x.opted_out_at,
            blocked_at = x.blocked_at
        FROM campaign_recipients x
        WHERE r.tenant_id = $1 AND r.campaign_id = ANY ($5) AND r.contact_id IN ($3, $4)
            AND x.tenant_id = $1 AND x.campaign_id = r.campaign_id AND x.contact_id = CASE WHEN r.contact_id = $3 THEN $4 ELSE $3 END AND $2::uuid IS NOT NULL
        """;

    public async Task MergeAsync(ContactMove move, CancellationToken ct)
    {
        await TwiceAsync(move, ct);
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
        // What is told of him and not taken in yet; that he is not written to any more is said of his own row.
        await move.RunAsync(
            "UPDATE campaign_news SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $4 AND kind <> 'Skipped' AND $2::uuid IS NOT NULL",
            ct
        );
    }

    public async Task UndoAsync(ContactMove move, CancellationToken ct)
    {
        var swapped = await IdsAsync(
            move.Sql(
                """
                SELECT r.campaign_id FROM contact_moves m
                JOIN campaign_recipients r ON r.tenant_id = $1 AND r.campaign_id = m.item_id AND r.contact_id = $3
                JOIN campaign_recipients o ON o.tenant_id = $1 AND o.campaign_id = m.item_id AND o.contact_id = $4
                WHERE m.tenant_id = $1 AND m.merge_id = $2 AND m.part = 'campaign_swaps'
                """
            ),
            ct
        );
        await move.RunAsync(Swap, ct, swapped);
        await move.BackAsync("campaign_recipients", "campaign_id", ct);
        await move.BackAsync("campaign_exclusions", "campaign_id", ct);
    }

    /// <summary>Campaigns that have both.</summary>
    private static async Task TwiceAsync(ContactMove move, CancellationToken ct)
    {
        // Whoever works on one of them is waited for: he moves recipients by whose they were.
        var twice = await IdsAsync(
            move.Sql(
                """
                SELECT u.campaign_id FROM campaign_runs u
                WHERE u.tenant_id = $1 AND $2::uuid IS NOT NULL
                    AND EXISTS (SELECT FROM campaign_recipients k WHERE k.tenant_id = $1 AND k.campaign_id = u.campaign_id AND k.contact_id = $3)
                    AND EXISTS (SELECT FROM campaign_recipients o WHERE o.tenant_id = $1 AND o.campaign_id = u.campaign_id AND o.contact_id = $4)
                ORDER BY u.campaign_id FOR UPDATE
                """
            ),
            ct
        );
        if (twice.Length == 0)
        {
            return;
        }

        var further = await IdsAsync(
            move.Sql(
                $"""
                SELECT o.campaign_id FROM (SELECT campaign_id, {Rank} AS rank FROM campaign_recipients WHERE tenant_id = $1 AND contact_id = $4) o
                JOIN (SELECT campaign_id, {Rank} AS rank FROM campaign_recipients WHERE tenant_id = $1 AND contact_id = $3) k USING (campaign_id)
                WHERE o.campaign_id = ANY ($5) AND o.rank > k.rank AND $2::uuid IS NOT NULL
                """,
                twice
            ),
            ct
        );
        await move.RunAsync(Swap, ct, further);
        if (move.IsNoted)
        {
            await move.RunAsync(
                """
                INSERT INTO contact_moves (tenant_id, merge_id, part, item_id, number)
                SELECT $1, $2, 'campaign_swaps', id, 0 FROM unnest($5::uuid[]) AS t (id) WHERE $3 <> $4
                """,
                ct,
                further
            );
        }

        // What waits of the one that is no person's any more leaves the queue, and its campaign is told, which counts it.
        await move.RunAsync(
            """
            WITH lesser AS (
                SELECT campaign_id FROM campaign_recipients
                WHERE tenant_id = $1 AND contact_id = $4 AND campaign_id = ANY ($5) AND state IN ('Planned', 'Queued') AND $2::uuid IS NOT NULL
            ), gone AS (
                DELETE FROM pool_messages m USING lesser l
                WHERE m.tenant_id = $1 AND m.campaign_id = l.campaign_id AND m.client_key = ANY ($6)
                RETURNING m.pool_id, m.campaign_id, m.priority
            ), counted AS (
                UPDATE pool_queues q SET waiting = q.waiting - g.messages
                FROM (SELECT pool_id, campaign_id, priority, count(*)::int AS messages FROM gone GROUP BY 1, 2, 3) g
                WHERE q.tenant_id = $1 AND q.pool_id = g.pool_id AND q.campaign_id = g.campaign_id AND q.priority = g.priority
            )
            INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at, reason)
            SELECT $1, l.campaign_id, $4, 'Skipped', now(), 'skipped.gone' FROM lesser l JOIN campaign_work w ON w.campaign_id = l.campaign_id
            """,
            ct,
            twice,
            // As it was handed over, before they changed places.
            twice.Select(c => ReleaseTurn.KeyOf(new CampaignId(c), further.Contains(c) ? move.Kept : move.Other)).ToArray()
        );
    }

    private static async Task<Guid[]> IdsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var ids = new List<Guid>();
            while (await reader.ReadAsync(ct))
            {
                ids.Add(reader.GetGuid(0));
            }

            return [.. ids];
        }
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
