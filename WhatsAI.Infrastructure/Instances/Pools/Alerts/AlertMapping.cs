using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Status;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

internal static class AlertMapping
{
    public static void Map(ModelBuilder builder)
    {
        MapAlerts(builder);
        builder.Entity<AlertChannel>(channel =>
        {
            channel.ToTable("alert_channels");
            channel.HasKey(c => c.Id);
            channel.HasAlternateKey(c => new { c.TenantId, c.Id });
            channel.HasIndex(c => new { c.TenantId, c.Name }).IsUnique();
            channel.Property(c => c.Name).HasMaxLength(AlertChannel.MaxNameLength);
            channel.Property(c => c.Target).HasMaxLength(AlertChannel.MaxTargetLength);
            channel.PrimitiveCollection(c => c.Kinds).ElementType(e => e.HasConversion<string>());
            channel.Property(c => c.Revision).IsConcurrencyToken();
            channel.HasOne<Tenant>().WithMany().HasForeignKey(c => c.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AlertDelivery>(delivery =>
        {
            delivery.ToTable("alert_deliveries");
            delivery.HasKey(d => d.Id);
            delivery
                .HasIndex(d => new
                {
                    d.TenantId,
                    d.AlertId,
                    d.ChannelId,
                })
                .IsUnique();
            delivery
                .HasIndex(d => new { d.TenantId, d.DueAt })
                .HasDatabaseName("ix_alert_deliveries_due")
                .HasFilter("delivered_at IS NULL AND given_up_at IS NULL");
            delivery
                .HasOne<AlertEntry>()
                .WithMany()
                .HasForeignKey(d => new { d.TenantId, d.AlertId })
                .HasPrincipalKey(a => new { a.TenantId, a.Id })
                .OnDelete(DeleteBehavior.Cascade);
            delivery
                .HasOne<AlertChannel>()
                .WithMany()
                .HasForeignKey(d => new { d.TenantId, d.ChannelId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<StatusKey>(key =>
        {
            key.ToTable("status_keys");
            key.HasKey(k => k.TenantId);
            key.HasIndex(k => k.Prefix).IsUnique();
            key.Property(k => k.Prefix).HasMaxLength(32);
            key.Property(k => k.CreatedByName).HasMaxLength(120);
            key.HasOne<Tenant>().WithMany().HasForeignKey(k => k.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AlertWork>(work =>
        {
            work.ToTable("alert_work");
            work.HasKey(w => w.TenantId);
            work.HasIndex(w => w.DueAt);
            work.HasOne<Tenant>().WithMany().HasForeignKey(w => w.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void MapAlerts(ModelBuilder builder) =>
        builder.Entity<AlertEntry>(alert =>
        {
            alert.ToTable("alerts");
            alert.HasKey(a => a.Id);
            alert.HasAlternateKey(a => new { a.TenantId, a.Id });
            // Raised once: the last word is the database's.
            alert
                .HasIndex(a => new
                {
                    a.TenantId,
                    a.Kind,
                    a.Subject,
                })
                .IsUnique()
                .HasDatabaseName("ix_alerts_open")
                .HasFilter("cleared_at IS NULL");
            alert
                .HasIndex(a => new
                {
                    a.TenantId,
                    a.ClearedAt,
                    a.Id,
                })
                .HasDatabaseName("ix_alerts_history")
                .IsDescending(false, true, true)
                .HasFilter("cleared_at IS NOT NULL");
            alert.Property(a => a.Cause).HasMaxLength(60);
            alert.Property(a => a.Done).HasMaxLength(60);
            alert.Property(a => a.AcknowledgedByName).HasMaxLength(120);
            alert
                .HasOne<Pool>()
                .WithMany()
                .HasForeignKey(a => new { a.TenantId, a.PoolId })
                .HasPrincipalKey(p => new { p.TenantId, p.Id })
                .OnDelete(DeleteBehavior.Cascade);
            InstanceMapping.OfInstance(alert, a => new { a.TenantId, a.InstanceId });
            alert
                .HasOne<GatewayServer>()
                .WithMany()
                .HasForeignKey(a => new { a.TenantId, a.GatewayServerId })
                .HasPrincipalKey(s => new { s.TenantId, s.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
}
