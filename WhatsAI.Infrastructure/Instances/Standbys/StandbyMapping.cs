using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Standbys;

namespace WhatsAI.Infrastructure.Instances.Standbys;

internal static class StandbyMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<Standby>(standby =>
        {
            standby.ToTable("standbys");
            standby.HasKey(s => new { s.TenantId, s.InstanceId });
            standby.HasIndex(s => new { s.TenantId, s.ServerId });
            standby.Property(s => s.After).HasColumnName("after_probes");
            InstanceMapping.OfInstance(standby, s => new { s.TenantId, s.InstanceId });
            standby
                .HasOne<GatewayServer>()
                .WithMany()
                .HasForeignKey(s => new { s.TenantId, s.ServerId })
                .HasPrincipalKey(s => new { s.TenantId, s.Id })
                .OnDelete(DeleteBehavior.Restrict);
        });
}
