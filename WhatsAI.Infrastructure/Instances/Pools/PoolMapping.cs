using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Work;

namespace WhatsAI.Infrastructure.Instances.Pools;

internal static class PoolMapping
{
    /// <summary>How the rules' records are kept: enums by name, so that a value put between two others changes nothing.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static void Map(ModelBuilder builder)
    {
        builder.Entity<Pool>(pool =>
        {
            pool.ToTable("pools");
            pool.HasKey(p => p.Id);
            pool.HasAlternateKey(p => new { p.TenantId, p.Id });
            // Unique by lower(name): in the migration.
            pool.Property(p => p.Name).HasMaxLength(Pool.MaxNameLength);
            Kept(pool.Property(p => p.Pace));
            Kept(pool.Property(p => p.Failover));
            Kept(pool.Property(p => p.Announced));
            pool.Property(p => p.Version).IsRowVersion();
            pool.HasOne<Tenant>().WithMany().HasForeignKey(p => p.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<PoolMember>(member =>
        {
            member.ToTable("pool_members");
            member.HasKey(m => new { m.TenantId, m.InstanceId });
            member.HasIndex(m => new { m.TenantId, m.PoolId });
            member.Property(m => m.Detail).HasMaxLength(60);
            member.Property(m => m.Version).IsRowVersion();
            InstanceMapping.OfInstance(member, m => new { m.TenantId, m.InstanceId });
            member
                .HasOne<Pool>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.PoolId })
                .HasPrincipalKey(p => new { p.TenantId, p.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RoleChangeRow>(change =>
        {
            change.ToTable("role_changes");
            change.HasKey(c => c.Id);
            change.HasIndex(c => new
            {
                c.TenantId,
                c.InstanceId,
                c.Id,
            });
            change.HasIndex(c => new
            {
                c.TenantId,
                c.PoolId,
                c.Id,
            });
            // "from" and "to" are SQL's own words.
            change.Property(c => c.From).HasColumnName("from_role");
            change.Property(c => c.To).HasColumnName("to_role");
            change.Property(c => c.By).HasColumnName("by_user_id");
            change.Property(c => c.Detail).HasMaxLength(60);
            change.Property(c => c.ByName).HasMaxLength(120);
            InstanceMapping.OfInstance(change, c => new { c.TenantId, c.InstanceId });
        });
        builder.Entity<PaceRow>(pace =>
        {
            pace.ToTable("pace_states");
            pace.HasKey(p => new { p.TenantId, p.InstanceId });
            InstanceMapping.OfInstance(pace, p => new { p.TenantId, p.InstanceId });
        });
        builder.Entity<PaceDay>(day =>
        {
            // A trigger of pace_states puts a day's counts by: in the migration.
            day.ToTable("pace_days");
            day.HasKey(d => new
            {
                d.TenantId,
                d.InstanceId,
                d.Day,
            });
            InstanceMapping.OfInstance(day, d => new { d.TenantId, d.InstanceId });
        });
        builder.Entity<PoolWorkItem>(work =>
        {
            // A trigger of pools makes the rows: in the migration.
            work.ToTable("pool_work");
            work.HasKey(w => new { w.Kind, w.PoolId });
            work.HasIndex(w => new { w.Kind, w.DueAt });
            work.Property(w => w.Kind).HasConversion<string>().HasMaxLength(16);
            work.HasOne<Pool>()
                .WithMany()
                .HasForeignKey(w => new { w.TenantId, w.PoolId })
                .HasPrincipalKey(p => new { p.TenantId, p.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<WatchRow>(watch =>
        {
            watch.ToTable("watch_states");
            watch.HasKey(w => new { w.TenantId, w.InstanceId });
            watch.Property(w => w.State).HasColumnType("jsonb");
            watch.Property(w => w.Layers).HasColumnType("jsonb");
            watch.Property(w => w.Cause).HasMaxLength(60);
            InstanceMapping.OfInstance(watch, w => new { w.TenantId, w.InstanceId });
        });
    }

    private static void Kept<T>(PropertyBuilder<T> property) =>
        property
            .HasColumnType("jsonb")
            .HasConversion(value => JsonSerializer.Serialize(value, Json), json => JsonSerializer.Deserialize<T>(json, Json)!);
}
