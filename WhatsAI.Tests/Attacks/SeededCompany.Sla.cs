using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>How fast it has to go, and how fast it went.</summary>
internal sealed partial class SeededCompany
{
    private void AddSla(ConsoleDb db, Conversation conversation, DateTimeOffset now) =>
        db.AddRange(
            new SlaTarget(Id.New<SlaTargetId>(now), Tenant.Id, null, null, new SlaTimes(TimeSpan.FromHours(1), null, null), now),
            new SlaRecountRow
            {
                TenantId = Tenant.Id,
                InstanceId = conversation.InstanceId,
                AgainAt = now,
            },
            new NextReply
            {
                TenantId = Tenant.Id,
                EpisodeId = Id.New<EpisodeId>(now),
                ConversationId = conversation.Id,
                InstanceId = conversation.InstanceId,
                AskedAt = now,
                AnsweredAt = now,
            },
            new CsatSettings(Tenant.Id, new CsatForm(false, $"{Secret}?", Secret, 24, 7)),
            new Survey
            {
                Id = Id.New<SurveyId>(now),
                TenantId = Tenant.Id,
                EpisodeId = Id.New<EpisodeId>(now),
                ConversationId = conversation.Id,
                InstanceId = conversation.InstanceId,
                AgentId = Tenant.OwnerId,
                AskedAt = now,
            }
        );
}
