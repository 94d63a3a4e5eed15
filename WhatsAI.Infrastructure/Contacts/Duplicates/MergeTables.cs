using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Duplicates;

/// <summary>A merge as it was planned, stored before it was done.</summary>
public sealed class ContactMergeRow : ITenantOwned
{
    public MergeId Id { get; init; }

    public TenantId TenantId { get; init; }

    public ContactId KeptId { get; init; }

    public ContactId OtherId { get; init; }

    /// <summary>As <see cref="MergePlanJson"/> writes it.</summary>
    public string Plan { get; init; } = "";

    /// <summary>The name in WhatsApp that the kept one was given with it; null where he had one.</summary>
    public string? PushName { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The member; null where a message proved that they are one.</summary>
    public UserId? ById { get; init; }

    public string? ByName { get; init; }

    public DateTimeOffset? UndoneAt { get; init; }
}

/// <summary>What a merge moved and an undo takes back, one row each.</summary>
public sealed class ContactMoved : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public MergeId MergeId { get; init; }

    /// <summary>What it is: a table, or a part of one.</summary>
    public string Part { get; init; } = "";

    public Guid ItemId { get; init; }

    /// <summary>Which of several of one id; 0 where the id is enough.</summary>
    public long Number { get; init; }

    /// <summary>Where it was, where that is more than the contact.</summary>
    public Guid? PlaceId { get; init; }

    public string? Data { get; init; }
}

/// <summary>Two contacts that look alike and are two persons: somebody said so. The smaller id first.</summary>
public sealed class ContactPair : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public ContactId FirstId { get; init; }

    public ContactId SecondId { get; init; }

    public DateTimeOffset At { get; init; }
}

internal static class MergeTables
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<ContactMergeRow>(merge =>
        {
            merge.ToTable("contact_merges");
            merge.HasKey(m => m.Id);
            merge.HasAlternateKey(m => new { m.TenantId, m.Id });
            merge.HasIndex(m => new { m.TenantId, m.At });
            merge.HasIndex(m => new { m.TenantId, m.KeptId });
            merge.HasIndex(m => new { m.TenantId, m.OtherId });
            merge.Property(m => m.Plan).HasColumnType("jsonb");
            merge.Property(m => m.PushName).HasMaxLength(200);
            merge.Property(m => m.ByName).HasMaxLength(120);
            OfContact(merge, m => new { m.TenantId, m.KeptId });
            OfContact(merge, m => new { m.TenantId, m.OtherId });
        });
        builder.Entity<ContactMoved>(moved =>
        {
            moved.ToTable("contact_moves");
            moved.HasKey(m => new
            {
                m.TenantId,
                m.MergeId,
                m.Part,
                m.ItemId,
                m.Number,
            });
            moved.Property(m => m.Part).HasMaxLength(32);
            moved.Property(m => m.Data).HasColumnType("jsonb");
            moved
                .HasOne<ContactMergeRow>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.MergeId })
                .HasPrincipalKey(m => new { m.TenantId, m.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ContactPair>(pair =>
        {
            pair.ToTable("contact_pairs");
            pair.HasKey(p => new
            {
                p.TenantId,
                p.FirstId,
                p.SecondId,
            });
            pair.HasIndex(p => new { p.TenantId, p.SecondId });
            OfContact(pair, p => new { p.TenantId, p.FirstId });
            OfContact(pair, p => new { p.TenantId, p.SecondId });
        });
    }

    private static void OfContact<T>(
        Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<T> entity,
        System.Linq.Expressions.Expression<Func<T, object?>> key
    )
        where T : class =>
        entity
            .HasOne<Contact>()
            .WithMany()
            .HasForeignKey(key)
            .HasPrincipalKey(c => new { c.TenantId, c.Id })
            .OnDelete(DeleteBehavior.Cascade);
}
