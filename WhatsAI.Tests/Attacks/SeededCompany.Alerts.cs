using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Status;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>What there is to worry about, and who is told of it.</summary>
internal sealed partial class SeededCompany
{
    private void AddAlerts(ConsoleDb db, InstanceId number, DateTimeOffset now)
    {
        AlertEntry open = Alert(AlertKind.Banned, clearedAt: null);
        // Nobody listens there: a test of it fails at once.
        var channel = new AlertChannel(
            Id.New<AlertChannelId>(now),
            Tenant.Id,
            AlertChannelKind.Webhook,
            "Canal " + Secret,
            "http://127.0.0.1:9/" + Secret,
            new AlertChoice(AlertLevel.Info, []),
            now
        );
        channel.Rekey(Secret);
        db.AddRange(
            open,
            Alert(AlertKind.Flapping, clearedAt: now),
            channel,
            new AlertDelivery
            {
                Id = Guid.NewGuid(),
                TenantId = Tenant.Id,
                AlertId = open.Id,
                ChannelId = channel.Id,
                DueAt = now.AddDays(1),
            },
            new AlertWork { TenantId = Tenant.Id, DueAt = now.AddDays(1) },
            new StatusKey
            {
                TenantId = Tenant.Id,
                Prefix = Guid.NewGuid().ToString("N")[..12],
                KeyHash = WebhookRoutes.HashOf(Secret),
                CreatedAt = now,
                CreatedByName = Secret,
            }
        );

        AlertEntry Alert(AlertKind kind, DateTimeOffset? clearedAt) =>
            new()
            {
                Id = Id.New<AlertId>(now),
                TenantId = Tenant.Id,
                Kind = kind,
                Subject = number.Value,
                Level = kind.Level(),
                InstanceId = number,
                Cause = "closed.403",
                RaisedAt = now,
                ClearedAt = clearedAt,
                AcknowledgedByName = Secret,
            };
    }
}
