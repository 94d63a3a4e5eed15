using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>A drill that was played, with the conversation it moved.</summary>
internal sealed partial class SeededCompany
{
    private void AddFailover(ConsoleDb db, Conversation conversation, InstanceId number, DateTimeOffset now)
    {
        var id = Id.New<FailoverId>(now);
        db.AddRange(
            new FailoverRow
            {
                Id = id,
                TenantId = Tenant.Id,
                PoolId = Id.New<PoolId>(now),
                InstanceId = number,
                Key = "failover.nobody",
                Cause = "drill",
                IsDrill = true,
                SignalAt = now,
                DetectedAt = now,
                StartedByName = Secret,
            },
            new FailoverConversation
            {
                TenantId = Tenant.Id,
                FailoverId = id,
                FromId = conversation.Id,
                ToId = conversation.Id,
            }
        );
    }
}
