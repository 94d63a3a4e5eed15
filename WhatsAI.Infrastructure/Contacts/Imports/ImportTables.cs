using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>A file of contacts on its way in.</summary>
public sealed class ContactImport : ITenantOwned
{
    public ImportId Id { get; init; }

    public TenantId TenantId { get; init; }

    public string FileName { get; init; } = "";

    public ImportFormat Format { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    public ImportState State { get; init; }

    /// <summary><see cref="ImportPlan"/>; null until somebody said it.</summary>
    public string? Plan { get; init; }

    /// <summary><see cref="ImportTally"/> so far.</summary>
    public string? Tally { get; init; }

    /// <summary>The last line whose row is in: after a crash it goes on behind it.</summary>
    public long LastLine { get; init; }

    /// <summary>Bytes read so far.</summary>
    public long Read { get; init; }

    /// <summary>Why it failed, a resource key.</summary>
    public string? Failure { get; init; }

    public UserId? ById { get; init; }

    public string ByName { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>A piece of an uploaded file; gone when the import ends.</summary>
public sealed class ImportChunk : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public ImportId ImportId { get; init; }

    public int Number { get; init; }

    public byte[] Bytes { get; init; } = [];
}

/// <summary>What became of a row.</summary>
public sealed class ImportRowOutcome : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public ImportId ImportId { get; init; }

    public long Line { get; init; }

    /// <summary>"created", "updated", "duplicate" or "invalid".</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Of an invalid row the reason's key, of a duplicate the line that counts.</summary>
    public string? Detail { get; init; }

    /// <summary>What of it was left out: "column:key" each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public ContactId? ContactId { get; init; }
}

/// <summary>What the columns of files with these titles held the last time.</summary>
public sealed class ImportMapping : ITenantOwned
{
    public TenantId TenantId { get; init; }

    /// <summary>Of <see cref="ColumnMapping.SignatureOf"/>, which may be long: SHA-256 in hex.</summary>
    public string Signature { get; init; } = "";

    public string Mapping { get; init; } = "";

    public DateTimeOffset UsedAt { get; init; }
}

/// <summary>An import that a worker may take; outside the wall: ids and times only.</summary>
public sealed class ImportWorkItem
{
    public ImportId ImportId { get; init; }

    public TenantId TenantId { get; init; }

    public DateTimeOffset DueAt { get; init; }

    /// <summary>Who took it last: who was before has lost it.</summary>
    public long Epoch { get; init; }
}

internal static class ImportTables
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<ContactImport>(import =>
        {
            import.ToTable("contact_imports");
            import.HasKey(i => i.Id);
            import.HasAlternateKey(i => new { i.TenantId, i.Id });
            import.HasIndex(i => new { i.TenantId, i.CreatedAt });
            import.Property(i => i.FileName).HasMaxLength(200);
            import.Property(i => i.Plan).HasColumnType("jsonb");
            import.Property(i => i.Tally).HasColumnType("jsonb");
            import.Property(i => i.Failure).HasMaxLength(60);
            import.Property(i => i.ByName).HasMaxLength(120);
            import.HasOne<Tenant>().WithMany().HasForeignKey(i => i.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ImportChunk>(chunk =>
        {
            chunk.ToTable("import_chunks");
            chunk.HasKey(c => new
            {
                c.TenantId,
                c.ImportId,
                c.Number,
            });
            chunk
                .HasOne<ContactImport>()
                .WithMany()
                .HasForeignKey(c => new { c.TenantId, c.ImportId })
                .HasPrincipalKey(i => new { i.TenantId, i.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ImportRowOutcome>(row =>
        {
            row.ToTable("import_rows");
            row.HasKey(r => new
            {
                r.TenantId,
                r.ImportId,
                r.Line,
            });
            row.HasIndex(r => new { r.TenantId, r.ContactId }).HasFilter("contact_id IS NOT NULL");
            row.Property(r => r.Outcome).HasMaxLength(16);
            row.Property(r => r.Detail).HasMaxLength(60);
            row.PrimitiveCollection(r => r.Notes).HasColumnType("text[]");
            row.HasOne<ContactImport>()
                .WithMany()
                .HasForeignKey(r => new { r.TenantId, r.ImportId })
                .HasPrincipalKey(i => new { i.TenantId, i.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ImportMapping>(mapping =>
        {
            mapping.ToTable("import_mappings");
            mapping.HasKey(m => new { m.TenantId, m.Signature });
            mapping.Property(m => m.Signature).HasMaxLength(64);
            mapping.Property(m => m.Mapping).HasColumnType("jsonb");
            mapping.HasOne<Tenant>().WithMany().HasForeignKey(m => m.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ImportWorkItem>(work =>
        {
            work.ToTable("import_work");
            work.HasKey(w => w.ImportId);
            work.HasIndex(w => w.DueAt);
            work.HasOne<ContactImport>()
                .WithMany()
                .HasForeignKey(w => new { w.TenantId, w.ImportId })
                .HasPrincipalKey(i => new { i.TenantId, i.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
    }
}
