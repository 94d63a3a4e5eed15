using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Privacy;

/// <summary>What stays of an identity whose person was forgotten (<see cref="ErasedIdentity"/>): he is not written to again.</summary>
public sealed class ErasedRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public string Hash { get; init; } = "";

    public DateTimeOffset At { get; init; }
}

internal static class ErasedMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<ErasedRow>(erased =>
        {
            erased.ToTable("erased_identities");
            erased.HasKey(e => new { e.TenantId, e.Hash });
            erased.Property(e => e.Hash).HasMaxLength(64);
            erased.HasOne<Tenant>().WithMany().HasForeignKey(e => e.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
}
