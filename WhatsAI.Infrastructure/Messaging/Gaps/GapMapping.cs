using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

/// <summary>When a copy of the console last said that it runs; one row for all copies.</summary>
public sealed class ConsolePulseRow
{
    public short Id { get; init; }

    public DateTimeOffset BeatAt { get; init; }
}

internal static class GapMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<Gap>(gap =>
        {
            gap.ToTable("gaps");
            gap.HasKey(g => g.Id);
            gap.HasAlternateKey(g => new { g.TenantId, g.Id });
            gap.HasIndex(g => new
                {
                    g.TenantId,
                    g.InstanceId,
                    g.CreatedAt,
                })
                .HasDatabaseName("ix_gaps_of_instance")
                .IsDescending(false, false, true);
            // What makes a further cause widen the one that waits.
            gap.HasIndex(g => new { g.InstanceId, g.State })
                .HasDatabaseName("ix_gaps_one_of_a_kind")
                .IsUnique()
                .HasFilter("state IN ('Waiting', 'Open')");
            gap.HasIndex(g => new { g.InstanceId, g.DueAt })
                .HasDatabaseName("ix_gaps_unfinished")
                .HasFilter("state IN ('Open', 'Filling')");
            gap.Property(g => g.Failure).HasMaxLength(60);
            InstanceMapping.OfInstance(gap, g => new { g.TenantId, g.InstanceId });
        });
        builder.Entity<GapConversation>(touched =>
        {
            touched.ToTable("gap_conversations");
            touched.HasKey(t => new
            {
                t.TenantId,
                t.GapId,
                t.ConversationId,
            });
            touched.HasIndex(t => new { t.TenantId, t.ConversationId });
            touched
                .HasOne<Gap>()
                .WithMany()
                .HasForeignKey(t => new { t.TenantId, t.GapId })
                .HasPrincipalKey(g => new { g.TenantId, g.Id })
                .OnDelete(DeleteBehavior.Cascade);
            touched
                .HasOne<Conversation>()
                .WithMany()
                .HasForeignKey(t => new { t.TenantId, t.ConversationId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ConsolePulseRow>(pulse =>
        {
            pulse.ToTable("console_pulse");
            pulse.HasKey(p => p.Id);
            pulse.Property(p => p.Id).ValueGeneratedNever();
        });
    }
}
