using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>A campaign that is held: one message of it has left, one waits at the pool.</summary>
internal sealed partial class SeededCompany
{
    private void AddCampaign(ConsoleDb db, PoolId pool, Conversation conversation, InstanceId number, DateTimeOffset now)
    {
        var campaign = new CampaignId(Guid.NewGuid());
        AddLaunched(db, campaign, pool, number, conversation.ContactId!.Value, now);
        db.AddRange(
            new CampaignRow
            {
                TenantId = Tenant.Id,
                CampaignId = campaign,
                Name = Secret,
                HeldAt = now,
                HeldWhy = ["held.by-person"],
                CreatedAt = now,
            },
            new PoolQueueRow
            {
                TenantId = Tenant.Id,
                PoolId = pool,
                CampaignId = campaign,
                Waiting = 1,
            },
            new PoolMessageRow
            {
                Id = Guid.NewGuid(),
                TenantId = Tenant.Id,
                PoolId = pool,
                CampaignId = campaign,
                ContactId = conversation.ContactId,
                Body = MessageBodyJson.Write(new TextBody(Secret)),
                ClientKey = Guid.NewGuid(),
                QueuedAt = now,
                NotBefore = now,
            },
            new CampaignSendRow
            {
                MessageId = Id.New<MessageId>(now),
                TenantId = Tenant.Id,
                CampaignId = campaign,
                PoolId = pool,
                InstanceId = number,
                ContactId = conversation.ContactId!.Value,
                At = now,
                QueueId = Guid.NewGuid(),
                QueuedAt = now,
                NotBefore = now,
            }
        );
    }
}
