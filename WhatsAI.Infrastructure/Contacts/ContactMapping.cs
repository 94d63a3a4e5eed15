using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Contacts.Segments;
using WhatsAI.Infrastructure.Contacts.Tags;
using ConsentMapping = WhatsAI.Infrastructure.Contacts.Consents.ConsentMapping;

namespace WhatsAI.Infrastructure.Contacts;

internal static class ContactMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<Contact>(contact =>
        {
            contact.ToTable("contacts");
            contact.HasKey(c => c.Id);
            contact.HasAlternateKey(c => new { c.TenantId, c.Id });
            contact.HasIndex(c => new { c.TenantId, c.Phone });
            contact.Property(c => c.Name).HasMaxLength(200);
            contact.Property(c => c.PushName).HasMaxLength(200);
            contact.Property(c => c.Phone).HasMaxLength(20);
            contact.Property(c => c.Values).HasColumnName("fields").HasColumnType("jsonb").HasDefaultValueSql("'{}'");
            contact.Property(c => c.FoldedValues).HasColumnName("folded_fields").HasColumnType("jsonb").HasDefaultValueSql("'{}'");
            contact.Property(c => c.ConsentState).HasColumnName("consent").HasDefaultValue(ConsentState.Unknown);
            // A trigger writes it; letters are compared by their codes, in which they were folded.
            contact.Property(c => c.SortName).HasMaxLength(100).UseCollation("C").HasDefaultValue("").ValueGeneratedOnAddOrUpdate();
            contact.HasOne<Tenant>().WithMany().HasForeignKey(c => c.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ContactIdentity>(identity =>
        {
            identity.ToTable("contact_identities");
            identity.HasKey(i => new
            {
                i.TenantId,
                i.Kind,
                i.Value,
            });
            identity.HasIndex(i => new { i.TenantId, i.ContactId });
            identity.Property(i => i.Value).HasMaxLength(64);
            identity.Property(i => i.Jid).HasMaxLength(100);
            identity
                .HasOne<Contact>()
                .WithMany()
                .HasForeignKey(i => new { i.TenantId, i.ContactId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Suppression>(suppression =>
        {
            suppression.ToTable("suppressions");
            suppression.HasKey(s => new
            {
                s.TenantId,
                s.Kind,
                s.Value,
            });
            suppression.Property(s => s.Value).HasMaxLength(64);
            suppression.Property(s => s.Reason).HasMaxLength(40);
        });
        FieldMapping.Map(builder);
        TagMapping.Map(builder);
        ConsentMapping.Map(builder);
        SegmentMapping.Map(builder);
        ImportTables.Map(builder);
        MergeTables.Map(builder);
        ErasedMapping.Map(builder);
    }
}
