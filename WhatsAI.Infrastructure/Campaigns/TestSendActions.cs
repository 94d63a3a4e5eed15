using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>
/// Sends a draft's message to one person who wants to look at it on a phone: as an answer in a conversation that he has with a number of the campaign's pool
/// already, so that nobody is written to first and no campaign limit is used.
/// </summary>
public sealed class TestSendActions(IDbContextFactory<ConsoleDb> dbs, NpgsqlDataSource database, CurrentMember member, Outbox outbox)
{
    /// <param name="id">The draft.</param>
    /// <param name="person">Whose data stand in it, and who gets it.</param>
    /// <param name="variant">The wording's letter.</param>
    /// <param name="key">Of the click: arriving twice it is one message.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">
    /// The member may not, the campaign, its template, its pool or the person is gone, a value is missing for him, or he has no conversation with a number of the
    /// pool that the member sees.
    /// </exception>
    public async Task<ConversationId> SendAsync(CampaignId id, ContactId person, string variant, Guid key, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        member.Demand(Permission.ConversationsReply);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var campaign =
            await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new RuleException("campaign.gone");
        var template =
            await db.MessageTemplates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == campaign.TemplateId, ct)
            ?? throw new RuleException("template.gone");
        var wording = template.Variants.Used.FirstOrDefault(v => v.Key == variant) ?? throw new RuleException("template.gone");
        var catalog = (await TemplateQueries.CatalogAsync(db, ct)).Asking([wording.Text]);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var known =
            await TemplatePeople.FindAsync(transaction.Connection, member.TenantId, person, catalog, campaign.Values, ct)
            ?? throw new RuleException("contact.gone");
        var filled = TemplateText.Launched(wording.Text).Fill(known.Values);
        if (filled.Missing.Count > 0)
        {
            throw new RuleException("campaign.test-value-missing");
        }

        var conversation =
            await ConversationAsync(transaction.Connection, campaign.PoolId, person, ct)
            ?? throw new RuleException("campaign.test-no-thread");
        var body = ScheduledMessage.BodyOf(template.File, filled.Text);
        await outbox.QueueAsync(
            member.TenantId,
            new OutgoingMessage(conversation, body, MessageOrigin.Agent, Lane.Reply, member.UserId, key, null, template.MediaId),
            guard: null,
            ct
        );
        return conversation;
    }

    private async Task<ConversationId?> ConversationAsync(NpgsqlConnection connection, PoolId? pool, ContactId person, CancellationToken ct)
    {
        if (pool is not { } through)
        {
            return null;
        }

        await using var command = connection.Sql(
            $"""
            SELECT c.id FROM conversations c JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
            JOIN pool_members b ON b.tenant_id = $1 AND b.instance_id = c.instance_id AND b.pool_id = $3
            WHERE c.tenant_id = $1 AND c.contact_id = $2 AND c.blocked_at IS NULL AND h.last_inbound_at IS NOT NULL
            AND {NumberSight.In("c.instance_id", 4)}
            ORDER BY h.last_at DESC LIMIT 1
            """,
            member.TenantId.Value,
            person.Value,
            through.Value,
            member.NumbersParameter()
        );
        return await command.ExecuteScalarAsync(ct) is Guid found ? new ConversationId(found) : null;
    }
}
