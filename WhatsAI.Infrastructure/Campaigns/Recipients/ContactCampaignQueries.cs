using Npgsql;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>A campaign that a person was in.</summary>
/// <param name="At">Of the last that is known of it: an answer, or when it went out, was tried or planned.</param>
public sealed record ContactCampaignRow(CampaignId Campaign, string Name, RecipientState State, DateTimeOffset At);

/// <summary>Which campaigns a person received. Through which number is not told: whoever may see the person may see that he got it.</summary>
public sealed class ContactCampaignQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int Most = 10;

    private const string Rows = """
        SELECT c.id, c.name, r.state, coalesce(r.replied_at, r.sent_at, r.queued_at, c.created_at)
        FROM campaign_recipients r JOIN campaigns c ON c.tenant_id = $1 AND c.id = r.campaign_id
        """;

    private const string Newest = "ORDER BY coalesce(r.sent_at, r.queued_at, c.created_at) DESC, c.id DESC LIMIT $3";

    private const string OfConversation = $"""
        {Rows} JOIN conversations v ON v.tenant_id = $1 AND v.id = $2 AND v.contact_id = r.contact_id AND ($4::uuid[] IS NULL OR v.instance_id = ANY ($4))
        WHERE r.tenant_id = $1 {Newest}
        """;

    /// <summary>The newest first, a few; of a contact that was merged into another one, none.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<IReadOnlyList<ContactCampaignRow>> OfAsync(ContactId contact, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsRead);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return await ReadAsync(
            scope.Connection.Sql(
                $"{Rows} WHERE r.tenant_id = $1 AND r.contact_id = $2 {Newest}",
                member.TenantId.Value,
                contact.Value,
                Most
            ),
            ct
        );
    }

    /// <summary>Of whom a conversation is with; none where the member does not see its number.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<IReadOnlyList<ContactCampaignRow>> OfConversationAsync(ConversationId conversation, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return await ReadAsync(
            scope.Connection.Sql(OfConversation, member.TenantId.Value, conversation.Value, Most, member.NumbersParameter()),
            ct
        );
    }

    private static async Task<IReadOnlyList<ContactCampaignRow>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var _ = command;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<ContactCampaignRow>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(
                new ContactCampaignRow(
                    new CampaignId(reader.GetGuid(0)),
                    reader.GetString(1),
                    Enum.Parse<RecipientState>(reader.GetString(2)),
                    reader.GetFieldValue<DateTimeOffset>(3)
                )
            );
        }

        return rows;
    }
}
