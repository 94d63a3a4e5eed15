using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Views;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Views;

internal static class InboxViewMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<InboxView>(view =>
        {
            view.ToTable("inbox_views");
            view.HasKey(v => v.Id);
            view.HasAlternateKey(v => new { v.TenantId, v.Id });
            view.HasIndex(v => new
                {
                    v.TenantId,
                    v.OwnerId,
                    v.FoldedName,
                })
                .IsUnique()
                .AreNullsDistinct(false);
            view.Property(v => v.Name).HasMaxLength(InboxView.MaxNameLength);
            // A character may be taken apart into several.
            view.Property(v => v.FoldedName).HasMaxLength(InboxView.MaxNameLength * 18);
            view.Property(v => v.Query).HasMaxLength(InboxView.MaxQueryLength);
            view.Property(v => v.Version).IsRowVersion();
            view.HasOne<Tenant>().WithMany().HasForeignKey(v => v.TenantId).OnDelete(DeleteBehavior.Cascade);
            view.HasOne<Membership>()
                .WithMany()
                .HasForeignKey(v => new { v.TenantId, v.OwnerId })
                .HasPrincipalKey(m => new { m.TenantId, m.UserId })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<DefaultView>(choice =>
        {
            choice.ToTable("default_views");
            choice.HasKey(c => new { c.TenantId, c.UserId });
            choice
                .HasOne<Membership>()
                .WithOne()
                .HasForeignKey<DefaultView>(c => new { c.TenantId, c.UserId })
                .OnDelete(DeleteBehavior.Cascade);
            choice
                .HasOne<InboxView>()
                .WithMany()
                .HasForeignKey(c => new { c.TenantId, c.ViewId })
                .HasPrincipalKey(v => new { v.TenantId, v.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
    }
}
