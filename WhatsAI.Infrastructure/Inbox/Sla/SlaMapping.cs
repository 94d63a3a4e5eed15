using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Inbox.Sla;

/// <summary>That the open conversations of a number are to be measured again.</summary>
public sealed class SlaRecountRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    /// <summary>When for the second time.</summary>
    public DateTimeOffset AgainAt { get; init; }

    /// <summary>When it was for the first time; null: not yet.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}

internal static class SlaMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<SlaTarget>(target =>
        {
            target.ToTable("sla_targets");
            target.HasKey(t => t.Id);
            // One for each place; where team or priority is null is a place too.
            target
                .HasIndex(t => new
                {
                    t.TenantId,
                    t.TeamId,
                    t.Priority,
                })
                .HasDatabaseName("ix_sla_targets_place")
                .IsUnique()
                .AreNullsDistinct(false);
            target.Ignore(t => t.Times);
            target.Property(t => t.Version).IsRowVersion();
            target.HasOne<Tenant>().WithMany().HasForeignKey(t => t.TenantId).OnDelete(DeleteBehavior.Cascade);
            target
                .HasOne<Team>()
                .WithMany()
                .HasForeignKey(t => new { t.TenantId, t.TeamId })
                .HasPrincipalKey(t => new { t.TenantId, t.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<SlaRecountRow>(row =>
        {
            row.ToTable("sla_recounts");
            row.HasKey(r => new { r.TenantId, r.InstanceId });
            InstanceMapping.OfInstance(row, r => new { r.TenantId, r.InstanceId });
        });
    }
}
