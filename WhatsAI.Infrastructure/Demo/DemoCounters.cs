using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What the machine would have counted while the demo's messages came and went.</summary>
internal static class DemoCounters
{
    public static IEnumerable<ConversationCount> Conversations(TenantId tenant, IEnumerable<ConversationHead> heads) =>
        heads
            .GroupBy(h => (h.InstanceId, h.Kind, h.Status, h.AssigneeId, h.TeamId))
            .Select(g => new ConversationCount
            {
                TenantId = tenant,
                InstanceId = g.Key.InstanceId,
                Kind = g.Key.Kind,
                Status = g.Key.Status,
                AssigneeId = g.Key.AssigneeId ?? default,
                TeamId = g.Key.TeamId ?? default,
                Conversations = g.Count(),
                Unread = g.Count(h => h.Unread > 0),
            });

    public static IEnumerable<InstanceHour> Hours(TenantId tenant, IEnumerable<Message> messages) =>
        messages
            .Where(m => !m.Kind.IsInternal())
            .GroupBy(m => (m.InstanceId, Hour: HourOf(m.SentAt)))
            .Select(g => new InstanceHour
            {
                TenantId = tenant,
                InstanceId = g.Key.InstanceId,
                Hour = g.Key.Hour,
                Received = g.Count(m => m.Direction == MessageDirection.In),
                Sent = g.Count(m => m.Direction == MessageDirection.Out && m.Delivery != DeliveryState.Failed),
                Failed = g.Count(m => m.Direction == MessageDirection.Out && m.Delivery == DeliveryState.Failed),
            });

    /// <summary>When each number last received and sent; in the caller's transaction.</summary>
    public static async Task WriteLastAsync(ConsoleDb db, IEnumerable<Message> messages, CancellationToken ct)
    {
        foreach (var number in messages.Where(m => !m.Kind.IsInternal()).GroupBy(m => m.InstanceId))
        {
            var received = Latest(number, MessageDirection.In);
            var sent = Latest(number, MessageDirection.Out);
            var last = received > sent ? received : sent ?? received;
            await db
                .InstanceStatuses.Where(s => s.InstanceId == number.Key)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(s => s.LastInboundAt, received)
                            .SetProperty(s => s.LastOutboundAt, sent)
                            .SetProperty(s => s.LastReceiptAt, sent)
                            .SetProperty(s => s.LastEventAt, last),
                    ct
                );
        }
    }

    private static DateTimeOffset? Latest(IEnumerable<Message> messages, MessageDirection direction) =>
        messages.Where(m => m.Direction == direction && m.Delivery != DeliveryState.Failed).Max(m => (DateTimeOffset?)m.SentAt);

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcDateTime.Date.AddHours(at.UtcDateTime.Hour), TimeSpan.Zero);
}
