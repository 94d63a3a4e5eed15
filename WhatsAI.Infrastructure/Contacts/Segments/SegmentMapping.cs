using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Segments;

internal static class SegmentMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<Segment>(segment =>
        {
            segment.ToTable("segments");
            segment.HasKey(s => s.Id);
            segment.HasAlternateKey(s => new { s.TenantId, s.Id });
            segment.HasIndex(s => new { s.TenantId, s.FoldedName }).IsUnique();
            segment.Property(s => s.Name).HasMaxLength(Segment.MaxNameLength);
            // A character may be taken apart into several.
            segment.Property(s => s.FoldedName).HasMaxLength(Segment.MaxNameLength * 18);
            segment
                .Property(s => s.Rule)
                .HasColumnType("jsonb")
                .HasConversion(
                    rule => SegmentJson.Write(rule),
                    // What a later version wrote has nobody in it.
                    json => SegmentJson.Read(json) ?? new SegmentRule.Any(Array.Empty<SegmentRule>()),
                    new ValueComparer<SegmentRule>((a, b) => Equals(a, b), rule => rule.GetHashCode(), rule => rule)
                );
            segment.Property(s => s.Version).IsRowVersion();
            segment.HasOne<Tenant>().WithMany().HasForeignKey(s => s.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
}
