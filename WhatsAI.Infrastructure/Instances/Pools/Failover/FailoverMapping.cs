using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

internal static class FailoverMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<FailoverRow>(failover =>
        {
            failover.ToTable("failovers");
            failover.HasKey(f => f.Id);
            failover.HasAlternateKey(f => new { f.TenantId, f.Id });
            // One at a time of a number, however many copies find that it failed.
            failover.HasIndex(f => new { f.TenantId, f.InstanceId }, "ix_failovers_open").IsUnique().HasFilter("finished_at IS NULL");
            failover.HasIndex(f => new
            {
                f.TenantId,
                f.InstanceId,
                f.DetectedAt,
            });
            failover.HasIndex(f => new
            {
                f.TenantId,
                f.PoolId,
                f.DetectedAt,
            });
            // Each message that goes out asks whether it is the first one of a failover.
            failover.HasIndex(f => f.ServesId).HasDatabaseName("ix_failovers_awaited").HasFilter("first_sent_at IS NULL");
            failover.Property(f => f.Plan).HasColumnType("jsonb");
            failover.Property(f => f.Key).HasMaxLength(60);
            failover.Property(f => f.Cause).HasMaxLength(60);
            failover.Property(f => f.StartedByName).HasMaxLength(120);
            failover.Property(f => f.EndedByName).HasMaxLength(120);
            failover.Ignore(f => f.Times);
            InstanceMapping.OfInstance(failover, f => new { f.TenantId, f.InstanceId });
        });
        builder.Entity<FailoverConversation>(one =>
        {
            one.ToTable("failover_conversations");
            one.HasKey(c => new
            {
                c.TenantId,
                c.FailoverId,
                c.FromId,
            });
            one.HasOne<FailoverRow>()
                .WithMany()
                .HasForeignKey(c => new { c.TenantId, c.FailoverId })
                .HasPrincipalKey(f => new { f.TenantId, f.Id })
                .OnDelete(DeleteBehavior.Cascade);
            one.HasOne<Conversation>()
                .WithMany()
                .HasForeignKey(c => new { c.TenantId, c.FromId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
            one.HasOne<Conversation>()
                .WithMany()
                .HasForeignKey(c => new { c.TenantId, c.ToId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
    }
}
