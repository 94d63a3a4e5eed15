using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

internal static class InstanceMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<GatewayServer>(server =>
        {
            server.ToTable("gateway_servers");
            server.HasKey(s => s.Id);
            server.HasAlternateKey(s => new { s.TenantId, s.Id });
            server.HasIndex(s => new { s.TenantId, s.Name }).IsUnique().HasFilter("removed_at IS NULL");
            server.Property(s => s.Name).HasMaxLength(GatewayServer.MaxNameLength);
            server.Property(s => s.SharedName).HasMaxLength(GatewayServer.MaxNameLength);
            server.Property(s => s.Address).HasMaxLength(300);
            server.Property(s => s.Version).IsRowVersion();
            server.HasOne<Tenant>().WithMany().HasForeignKey(s => s.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Instance>(instance =>
        {
            instance.ToTable("instances");
            instance.HasKey(i => i.Id);
            instance.HasAlternateKey(i => new { i.TenantId, i.Id });
            instance.HasIndex(i => new { i.TenantId, i.Name }).IsUnique().HasFilter("deleted_at IS NULL");
            instance.Property(i => i.Name).HasMaxLength(Instance.MaxNameLength);
            instance.Property(i => i.Version).IsRowVersion();
            instance
                .Property(i => i.Settings)
                .HasColumnType("jsonb")
                .HasConversion(
                    s => JsonSerializer.Serialize(s, JsonSerializerOptions.Web),
                    json => JsonSerializer.Deserialize<InstanceSettings>(json, JsonSerializerOptions.Web) ?? new()
                );
            instance
                .HasOne<GatewayServer>()
                .WithMany()
                .HasForeignKey(i => new { i.TenantId, i.GatewayServerId })
                .HasPrincipalKey(s => new { s.TenantId, s.Id })
                .OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<InstanceStatus>(status =>
        {
            status.ToTable("instance_statuses");
            status.HasKey(s => new { s.TenantId, s.InstanceId });
            OfInstance(status, s => new { s.TenantId, s.InstanceId });
        });
        builder.Entity<InstanceHour>(hour =>
        {
            hour.ToTable("instance_hours");
            hour.HasKey(h => new
            {
                h.TenantId,
                h.InstanceId,
                h.Hour,
            });
            OfInstance(hour, h => new { h.TenantId, h.InstanceId });
        });
        builder.Entity<ConnectionLogEntry>(entry =>
        {
            entry.ToTable("connection_log");
            entry.HasKey(e => e.Id);
            entry.HasIndex(e => new
            {
                e.TenantId,
                e.InstanceId,
                e.Id,
            });
            entry.Property(e => e.What).HasMaxLength(60);
            entry.Property(e => e.Actor).HasMaxLength(120);
            OfInstance(entry, e => new { e.TenantId, e.InstanceId });
        });
    }

    /// <summary>The second wall: a foreign key that includes the tenant.</summary>
    internal static void OfInstance<T>(
        Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<T> entity,
        System.Linq.Expressions.Expression<Func<T, object?>> key
    )
        where T : class =>
        entity
            .HasOne<Instance>()
            .WithMany()
            .HasForeignKey(key)
            .HasPrincipalKey(i => new { i.TenantId, i.Id })
            .OnDelete(DeleteBehavior.Cascade);
}
