using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Consents;

/// <summary>A line of a contact's consent history (<see cref="ConsentLine"/>), as it is kept.</summary>
public sealed class ConsentChange : ITenantOwned
{
    public long Id { get; init; }

    public TenantId TenantId { get; init; }

    public ContactId ContactId { get; init; }

    public ConsentState From { get; init; }

    public ConsentState To { get; init; }

    public DateTimeOffset SaidAt { get; init; }

    public ConsentSource Source { get; init; }

    public LegalBasis? Basis { get; init; }

    public string? Proof { get; init; }

    public UserId? ById { get; init; }

    /// <summary>As the member was called then.</summary>
    public string? ByName { get; init; }

    public DateTimeOffset At { get; init; }
}

internal static class ConsentMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<ConsentChange>(change =>
        {
            change.ToTable("consent_changes");
            change.HasKey(c => c.Id);
            change.HasIndex(c => new
            {
                c.TenantId,
                c.ContactId,
                c.Id,
            });
            change.Property(c => c.From).HasColumnName("from_state");
            change.Property(c => c.To).HasColumnName("to_state");
            change.Property(c => c.Proof).HasMaxLength(ConsentRules.MaxProofLength);
            change.Property(c => c.ByName).HasMaxLength(120);
            change
                .HasOne<Contact>()
                .WithMany()
                .HasForeignKey(c => new { c.TenantId, c.ContactId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
}
