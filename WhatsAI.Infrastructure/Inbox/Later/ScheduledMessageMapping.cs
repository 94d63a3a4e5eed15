using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Inbox.Later;

internal static class ScheduledMessageMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<ScheduledMessage>(message =>
        {
            message.ToTable("scheduled_messages");
            message.HasKey(m => m.Id);
            message.HasIndex(m => new
            {
                m.TenantId,
                m.ConversationId,
                m.DueAt,
            });
            message
                .HasIndex(m => new { m.InstanceId, m.DueAt })
                .HasDatabaseName("ix_scheduled_messages_due")
                .HasFilter("state = 'Scheduled'");
            message.Property(m => m.Zone).HasMaxLength(ScheduledMessage.MaxZoneLength);
            message.Property(m => m.Reason).HasMaxLength(60);
            message.Property(m => m.Version).IsRowVersion();
            message
                .Property(m => m.File)
                .HasColumnType("jsonb")
                .HasConversion(file => MessageBodyJson.Write(file!), json => MessageBodyJson.Read(json));
            message
                .HasOne<MediaFile>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.MediaId })
                .HasPrincipalKey(f => new { f.TenantId, f.Id })
                .OnDelete(DeleteBehavior.Restrict);
            InstanceMapping.OfInstance(message, m => new { m.TenantId, m.InstanceId });
            message
                .HasOne<Conversation>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.ConversationId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
}
