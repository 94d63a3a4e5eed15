using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

internal static class AiSettingsMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<AiSettings>(settings =>
        {
            settings.ToTable("ai_settings");
            settings.HasKey(s => s.TenantId);
            settings.Property(s => s.Model).HasMaxLength(AiSettings.MaxModelLength);
            settings.Property(s => s.Version).IsRowVersion();
            settings.HasOne<Tenant>().WithMany().HasForeignKey(s => s.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
}
