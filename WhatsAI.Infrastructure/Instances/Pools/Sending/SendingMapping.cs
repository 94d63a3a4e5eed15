using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

internal static class SendingMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<CampaignRow>(campaign =>
        {
            campaign.ToTable("campaign_signals");
            campaign.HasKey(c => new { c.TenantId, c.CampaignId });
            campaign.Property(c => c.Name).HasMaxLength(120);
            campaign.Property(c => c.HeldWhy).HasColumnType("text[]");
            campaign.Property(c => c.HeldByName).HasMaxLength(120);
            campaign.Property(c => c.ReleasedByName).HasMaxLength(120);
            campaign.HasOne<Tenant>().WithMany().HasForeignKey(c => c.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<PoolQueueRow>(queue =>
        {
            queue.ToTable("pool_queues", t => t.HasCheckConstraint("ck_pool_queues_waiting", "waiting >= 0"));
            queue.HasKey(q => new
            {
                q.TenantId,
                q.PoolId,
                q.CampaignId,
                q.Priority,
            });
            // What campaigns of the past leave behind is not walked through.
            queue
                .HasIndex(q => new
                {
                    q.TenantId,
                    q.PoolId,
                    q.Priority,
                })
                .HasDatabaseName("ix_pool_queues_waiting")
                .HasFilter("waiting > 0");
            queue
                .HasOne<Pool>()
                .WithMany()
                .HasForeignKey(q => new { q.TenantId, q.PoolId })
                .HasPrincipalKey(p => new { p.TenantId, p.Id })
                .OnDelete(DeleteBehavior.Cascade);
            queue.HasOne<CampaignRow>().WithMany().HasForeignKey(q => new { q.TenantId, q.CampaignId }).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<PoolMessageRow>(message =>
        {
            message.ToTable(
                "pool_messages",
                t => t.HasCheckConstraint("ck_pool_messages_recipient", "contact_id IS NOT NULL OR phone IS NOT NULL")
            );
            message.HasKey(m => m.Id);
            message.Property(m => m.Id).ValueGeneratedNever();
            message.HasIndex(m => new { m.TenantId, m.ClientKey }).IsUnique();
            message
                .HasIndex(m => new
                {
                    m.TenantId,
                    m.PoolId,
                    m.CampaignId,
                    m.Priority,
                    m.NotBefore,
                    m.Id,
                })
                .HasDatabaseName("ix_pool_messages_queue");
            message.HasIndex(m => new { m.TenantId, m.ContactId });
            message.Property(m => m.Phone).HasMaxLength(20);
            message.Property(m => m.Body).HasColumnType("jsonb");
            message
                .HasOne<MediaFile>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.MediaId })
                .HasPrincipalKey(f => new { f.TenantId, f.Id })
                .OnDelete(DeleteBehavior.Restrict);
            // A pool at which messages wait is not deleted.
            message
                .HasOne<PoolQueueRow>()
                .WithMany()
                .HasForeignKey(m => new
                {
                    m.TenantId,
                    m.PoolId,
                    m.CampaignId,
                    m.Priority,
                })
                .OnDelete(DeleteBehavior.NoAction);
            message
                .HasOne<Contact>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.ContactId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.NoAction);
        });
        builder.Entity<CampaignSendRow>(send =>
        {
            send.ToTable("campaign_sends");
            send.HasKey(s => s.MessageId);
            send.HasIndex(s => new
                {
                    s.TenantId,
                    s.ContactId,
                    s.At,
                })
                .HasDatabaseName("ix_campaign_sends_contact");
            send.HasOne<CampaignRow>().WithMany().HasForeignKey(s => new { s.TenantId, s.CampaignId }).OnDelete(DeleteBehavior.Cascade);
            send.HasOne<Contact>()
                .WithMany()
                .HasForeignKey(s => new { s.TenantId, s.ContactId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.NoAction);
            InstanceMapping.OfInstance(send, s => new { s.TenantId, s.InstanceId });
        });
    }
}
