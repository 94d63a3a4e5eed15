using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notifying;

internal static class NotifyingMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<NotifyingSettings>(settings =>
        {
            settings.ToTable("notifying_settings");
            settings.HasKey(s => new { s.TenantId, s.UserId });
            // Several names.
            settings.Property(s => s.Shows).HasMaxLength(64);
            settings.Property(s => s.Sounds).HasMaxLength(64);
            settings.Property(s => s.Quiet).HasColumnType("jsonb").HasConversion(q => QuietJson.Write(q), json => QuietJson.Read(json));
            settings
                .HasOne<Membership>()
                .WithOne()
                .HasForeignKey<NotifyingSettings>(s => new { s.TenantId, s.UserId })
                .OnDelete(DeleteBehavior.Cascade);
        });
}
