using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

internal static class CannedResponseMapping
{
    // A place has exactly what names it, so that no row is seen by nobody.
    private const string Whole = """
        CASE scope
            WHEN 'Personal' THEN owner_id IS NOT NULL AND team_id IS NULL
            WHEN 'Team' THEN team_id IS NOT NULL AND owner_id IS NULL
            ELSE owner_id IS NULL AND team_id IS NULL
        END
        """;

    public static void Map(ModelBuilder builder) =>
        builder.Entity<CannedResponse>(response =>
        {
            response.ToTable("canned_responses", table => table.HasCheckConstraint("ck_canned_responses_place", Whole));
            response.HasKey(r => r.Id);
            response
                .HasIndex(r => new
                {
                    r.TenantId,
                    r.Scope,
                    r.OwnerId,
                    r.TeamId,
                    r.Code,
                })
                .IsUnique()
                .AreNullsDistinct(false);
            response.Property(r => r.Code).HasMaxLength(CannedResponse.MaxCodeLength);
            response.Property(r => r.Folder).HasMaxLength(CannedResponse.MaxFolderLength);
            response.Property(r => r.Text).HasMaxLength(CannedResponse.MaxTextLength);
            response.Property(r => r.Version).IsRowVersion();
            response.HasOne<Tenant>().WithMany().HasForeignKey(r => r.TenantId).OnDelete(DeleteBehavior.Cascade);
            response
                .HasOne<Membership>()
                .WithMany()
                .HasForeignKey(r => new { r.TenantId, r.OwnerId })
                .HasPrincipalKey(m => new { m.TenantId, m.UserId })
                .OnDelete(DeleteBehavior.Cascade);
            response
                .HasOne<Team>()
                .WithMany()
                .HasForeignKey(r => new { r.TenantId, r.TeamId })
                .HasPrincipalKey(t => new { t.TenantId, t.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
}
