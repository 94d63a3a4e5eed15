using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Templates;

internal static class TemplateMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<MessageTemplate>(template =>
        {
            template.ToTable("message_templates");
            template.HasKey(t => t.Id);
            template.HasAlternateKey(t => new { t.TenantId, t.Id });
            template.HasIndex(t => new { t.TenantId, t.FoldedName }).IsUnique().HasFilter("archived_at IS NULL");
            template.HasIndex(t => new { t.TenantId, t.MediaId }).HasFilter("media_id IS NOT NULL");
            template.Property(t => t.Name).HasMaxLength(MessageTemplate.MaxNameLength);
            // A character may be taken apart into several.
            template.Property(t => t.FoldedName).HasMaxLength(MessageTemplate.MaxNameLength * 18);
            template
                .Property(t => t.Variants)
                .HasColumnType("jsonb")
                .HasConversion(
                    set => VariantSetJson.Write(set),
                    json => VariantSetJson.Read(json),
                    new ValueComparer<VariantSet>((a, b) => Equals(a, b), set => set.GetHashCode(), set => set)
                );
            template
                .Property(t => t.File)
                .HasColumnType("jsonb")
                .HasConversion(file => MessageBodyJson.Write(file!), json => MessageBodyJson.Read(json));
            template.Property(t => t.Version).IsRowVersion();
            template
                .HasOne<MediaFile>()
                .WithMany()
                .HasForeignKey(t => new { t.TenantId, t.MediaId })
                .HasPrincipalKey(f => new { f.TenantId, f.Id })
                .OnDelete(DeleteBehavior.Restrict);
            template.HasOne<Tenant>().WithMany().HasForeignKey(t => t.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
}
