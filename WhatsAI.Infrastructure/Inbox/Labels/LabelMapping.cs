using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Labels;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Labels;

internal static class LabelMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<Label>(label =>
        {
            label.ToTable("labels", table => table.HasCheckConstraint("ck_labels_colour", $"colour BETWEEN 1 AND {Label.Colours}"));
            label.HasKey(l => l.Id);
            label.HasAlternateKey(l => new { l.TenantId, l.Id });
            label.HasIndex(l => new { l.TenantId, l.FoldedName }).IsUnique();
            label.Property(l => l.Name).HasMaxLength(Label.MaxNameLength);
            // A character may be taken apart into several.
            label.Property(l => l.FoldedName).HasMaxLength(Label.MaxNameLength * 18);
            label.Property(l => l.Version).IsRowVersion();
            label.HasOne<Tenant>().WithMany().HasForeignKey(l => l.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ConversationLabel>(one =>
        {
            one.ToTable("conversation_labels");
            // A row's labels; and all that has a label, for the list that is filtered by it.
            one.HasKey(l => new
            {
                l.TenantId,
                l.ConversationId,
                l.LabelId,
            });
            one.HasIndex(l => new
            {
                l.TenantId,
                l.LabelId,
                l.ConversationId,
            });
            one.HasOne<Conversation>()
                .WithMany()
                .HasForeignKey(l => new { l.TenantId, l.ConversationId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
            one.HasOne<Label>()
                .WithMany()
                .HasForeignKey(l => new { l.TenantId, l.LabelId })
                .HasPrincipalKey(l => new { l.TenantId, l.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
    }
}
