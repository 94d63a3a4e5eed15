using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Fields;

internal static class FieldMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<ContactField>(field =>
        {
            field.ToTable("contact_fields");
            field.HasKey(f => f.Id);
            field.HasIndex(f => new { f.TenantId, f.Key }).IsUnique();
            field.HasIndex(f => new { f.TenantId, f.FoldedName }).IsUnique();
            field.Property(f => f.Key).HasMaxLength(ContactField.MaxNameLength * 18);
            field.Property(f => f.Name).HasMaxLength(ContactField.MaxNameLength);
            // A character may be taken apart into several.
            field.Property(f => f.FoldedName).HasMaxLength(ContactField.MaxNameLength * 18);
            field.PrimitiveCollection(f => f.Options).HasColumnType("text[]");
            field.Property(f => f.Version).IsRowVersion();
            field.HasOne<Tenant>().WithMany().HasForeignKey(f => f.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
}
