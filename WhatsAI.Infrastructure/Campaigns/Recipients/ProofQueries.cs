using Npgsql;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>A line of the proof sheet.</summary>
/// <param name="State">Null: he was left out.</param>
/// <param name="LeftOut">Why; null for recipients.</param>
/// <param name="Reason">A resource key of the ledger's reasons, of recipients who did not get it.</param>
/// <param name="Source">Which of the audience's sources, from 0; null where he was left out.</param>
/// <param name="Number">Its name; null while he has none, and where the member does not see it.</param>
/// <param name="IsElsewhere">It went through a number that the member does not see.</param>
public sealed record ProofLine(
    ContactId Contact,
    string? Name,
    string? Phone,
    RecipientState? State,
    Exclusion? LeftOut,
    string? Reason,
    string? Variant,
    int? Source,
    string? Number,
    bool IsElsewhere,
    RecipientTimes? Times
);

/// <summary>Everybody of a campaign's audience with what became of him, in the order of his contact and by pages: however many there are, few are held.</summary>
public sealed class ProofQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 2_000;

    /// <summary>Recipients after a contact; fewer than <see cref="PageSize"/>: these are the last.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public Task<IReadOnlyList<ProofLine>> RecipientsAsync(CampaignId campaign, ContactId? after, CancellationToken ct = default) =>
        PageAsync(
            """
            SELECT r.contact_id, coalesce(p.name, p.push_name), nullif(r.phone, ''), r.state, r.reason, r.variant, r.source,
                CASE WHEN s.sees THEN i.name END, NOT s.sees, r.not_before, r.queued_at, r.sent_at, r.delivered_at, r.read_at, r.replied_at, r.opted_out_at
            FROM (
                SELECT * FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id > $3 ORDER BY contact_id LIMIT $4
            ) r
            CROSS JOIN LATERAL (SELECT r.instance_id IS NULL OR $5::uuid[] IS NULL OR r.instance_id = ANY ($5) AS sees) s
            LEFT JOIN contacts p ON p.tenant_id = $1 AND p.id = r.contact_id
            LEFT JOIN instances i ON i.tenant_id = $1 AND i.id = r.instance_id
            ORDER BY r.contact_id
            """,
            campaign,
            after,
            r => new ProofLine(
                new ContactId(r.GetGuid(0)),
                r.Text(1),
                r.Text(2),
                Enum.Parse<RecipientState>(r.GetString(3)),
                null,
                r.Text(4),
                r.Text(5),
                r.GetInt16(6),
                r.Text(7),
                r.GetBoolean(8),
                new RecipientTimes(
                    r.GetFieldValue<DateTimeOffset>(9),
                    r.Value<DateTimeOffset>(10),
                    r.Value<DateTimeOffset>(11),
                    r.Value<DateTimeOffset>(12),
                    r.Value<DateTimeOffset>(13),
                    r.Value<DateTimeOffset>(14),
                    r.Value<DateTimeOffset>(15)
                )
            ),
            ct
        );

    /// <summary>Those who were left out, the same way.</summary>
    /// <inheritdoc cref="RecipientsAsync"/>
    public Task<IReadOnlyList<ProofLine>> LeftOutAsync(CampaignId campaign, ContactId? after, CancellationToken ct = default) =>
        PageAsync(
            """
            SELECT e.contact_id, coalesce(p.name, p.push_name), e.phone, e.reason FROM (
                SELECT * FROM campaign_exclusions WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id > $3 AND ($5::uuid[] IS NULL OR true)
                ORDER BY contact_id LIMIT $4
            ) e LEFT JOIN contacts p ON p.tenant_id = $1 AND p.id = e.contact_id ORDER BY e.contact_id
            """,
            campaign,
            after,
            r => new ProofLine(
                new ContactId(r.GetGuid(0)),
                r.Text(1),
                r.Text(2),
                null,
                Enum.Parse<Exclusion>(r.GetString(3)),
                null,
                null,
                null,
                null,
                false,
                null
            ),
            ct
        );

    private async Task<IReadOnlyList<ProofLine>> PageAsync(
        string sql,
        CampaignId campaign,
        ContactId? after,
        Func<NpgsqlDataReader, ProofLine> read,
        CancellationToken ct
    )
    {
        member.Demand(Permission.CampaignsRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            sql,
            member.TenantId.Value,
            campaign.Value,
            after?.Value ?? Guid.Empty,
            PageSize,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var lines = new List<ProofLine>();
        while (await reader.ReadAsync(ct))
        {
            lines.Add(read(reader));
        }

        return lines;
    }
}
