using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Tags;

/// <summary>A tag of a contact.</summary>
public sealed class ContactTag : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public ContactId ContactId { get; init; }

    public TagId TagId { get; init; }
}

internal static class TagMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<Tag>(tag =>
        {
            tag.ToTable("tags", table => table.HasCheckConstraint("ck_tags_colour", $"colour BETWEEN 1 AND {Tag.Colours}"));
            tag.HasKey(t => t.Id);
            tag.HasAlternateKey(t => new { t.TenantId, t.Id });
            tag.HasIndex(t => new { t.TenantId, t.FoldedName }).IsUnique();
            tag.Property(t => t.Name).HasMaxLength(Tag.MaxNameLength);
            // A character may be taken apart into several.
            tag.Property(t => t.FoldedName).HasMaxLength(Tag.MaxNameLength * 18);
            tag.Property(t => t.Version).IsRowVersion();
            tag.HasOne<Tenant>().WithMany().HasForeignKey(t => t.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ContactTag>(one =>
        {
            one.ToTable("contact_tags");
            // A contact's tags; and all that have a tag, for lists and segments.
            one.HasKey(t => new
            {
                t.TenantId,
                t.ContactId,
                t.TagId,
            });
            one.HasIndex(t => new
            {
                t.TenantId,
                t.TagId,
                t.ContactId,
            });
            one.HasOne<Contact>()
                .WithMany()
                .HasForeignKey(t => new { t.TenantId, t.ContactId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
            one.HasOne<Tag>()
                .WithMany()
                .HasForeignKey(t => new { t.TenantId, t.TagId })
                .HasPrincipalKey(t => new { t.TenantId, t.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
    }
}
