using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Planning;

namespace WhatsAI.Infrastructure.Campaigns;

internal static class CampaignMapping
{
    /// <summary>Of a <see cref="CampaignChange.Detail"/>: keys and what they name, as JSON.</summary>
    public const int MaxDetailLength = 400;

    public static void Map(ModelBuilder builder)
    {
        Campaigns(builder);
        Machine(builder);
        Recipients(builder);
    }

    private static void Campaigns(ModelBuilder builder)
    {
        builder.Entity<Campaign>(campaign =>
        {
            campaign.ToTable("campaigns");
            campaign.HasKey(c => c.Id);
            campaign.HasAlternateKey(c => new { c.TenantId, c.Id });
            campaign
                .HasIndex(c => new
                {
                    c.TenantId,
                    c.CreatedAt,
                    c.Id,
                })
                .IsDescending(false, true, true)
                .HasDatabaseName("ix_campaigns_list");
            campaign.Property(c => c.Name).HasMaxLength(Campaign.MaxNameLength);
            campaign.Property(c => c.FoldedName).HasMaxLength(Campaign.MaxNameLength * 18);
            campaign.Property(c => c.Detail).HasMaxLength(MaxDetailLength);
            CampaignJson.Kept(campaign.Property(c => c.Values));
            CampaignJson.Kept(campaign.Property(c => c.Audience));
            CampaignJson.Kept(campaign.Property(c => c.Schedule));
            CampaignJson.Kept(campaign.Property(c => c.Hours));
            CampaignJson.Kept(campaign.Property(c => c.Canary));
            CampaignJson.Kept(campaign.Property(c => c.Launched));
            CampaignJson.Kept(campaign.Property(c => c.Variants));
            CampaignJson.Kept(campaign.Property(c => c.Approval));
            campaign
                .Property(c => c.File)
                .HasColumnType("jsonb")
                .HasConversion(file => MessageBodyJson.Write(file!), json => MessageBodyJson.Read(json));
            campaign.Property(c => c.Version).IsRowVersion();
            campaign.HasOne<Tenant>().WithMany().HasForeignKey(c => c.TenantId).OnDelete(DeleteBehavior.Cascade);
            campaign
                .HasOne<MediaFile>()
                .WithMany()
                .HasForeignKey(c => new { c.TenantId, c.MediaId })
                .HasPrincipalKey(f => new { f.TenantId, f.Id })
                .OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<CampaignSettings>(settings =>
        {
            settings.ToTable("campaign_settings");
            settings.HasKey(s => s.TenantId);
            CampaignJson.Kept(settings.Property(s => s.Cap));
            CampaignJson.Kept(settings.Property(s => s.Approval));
            settings.Property(s => s.Price).HasPrecision(9, 4);
            settings.Property(s => s.Version).IsRowVersion();
            settings.HasOne<Tenant>().WithMany().HasForeignKey(s => s.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<CampaignChangeRow>(change =>
        {
            change.ToTable("campaign_changes");
            change.HasKey(c => c.Id);
            change.HasIndex(c => new
            {
                c.TenantId,
                c.CampaignId,
                c.Id,
            });
            change.Property(c => c.ByName).HasMaxLength(120);
            change.Property(c => c.Detail).HasMaxLength(MaxDetailLength);
            OfCampaign(change, c => new { c.TenantId, c.CampaignId });
        });
    }

    private static void Machine(ModelBuilder builder)
    {
        builder.Entity<CampaignRunRow>(run =>
        {
            run.ToTable("campaign_runs");
            run.HasKey(r => new { r.TenantId, r.CampaignId });
            run.Property(r => r.Accepted).HasColumnType("jsonb");
            OfCampaign(run, r => new { r.TenantId, r.CampaignId });
        });
        builder.Entity<CampaignWorkItem>(work =>
        {
            work.ToTable("campaign_work");
            work.HasKey(w => w.CampaignId);
            work.HasIndex(w => w.DueAt);
            OfCampaign(work, w => new { w.TenantId, w.CampaignId });
        });
        builder.Entity<FlightPlanRow>(plan =>
        {
            plan.ToTable("flight_plans");
            plan.HasKey(p => new { p.TenantId, p.CampaignId });
            plan.Property(p => p.Print).HasMaxLength(64);
            CampaignJson.Kept(plan.Property(p => p.Plan));
            CampaignJson.Kept(plan.Property(p => p.LeftOut));
            OfCampaign(plan, p => new { p.TenantId, p.CampaignId });
        });
        builder.Entity<CampaignNewsRow>(news =>
        {
            news.ToTable("campaign_news");
            news.HasKey(n => n.Id);
            news.HasIndex(n => new { n.CampaignId, n.Id });
            news.Property(n => n.Kind).HasMaxLength(32);
            news.Property(n => n.Reason).HasMaxLength(60);
        });
    }

    private static void Recipients(ModelBuilder builder)
    {
        builder.Entity<CampaignRecipientRow>(recipient =>
        {
            recipient.ToTable("campaign_recipients");
            recipient.HasKey(r => new
            {
                r.TenantId,
                r.CampaignId,
                r.ContactId,
            });
            recipient
                .HasIndex(r => new
                {
                    r.TenantId,
                    r.CampaignId,
                    r.NotBefore,
                    r.Place,
                })
                .HasDatabaseName("ix_campaign_recipients_planned")
                .HasFilter("state = 'Planned'");
            recipient
                .HasIndex(r => new
                {
                    r.TenantId,
                    r.CampaignId,
                    r.State,
                    r.ContactId,
                })
                .HasDatabaseName("ix_campaign_recipients_state");
            recipient.HasIndex(r => new { r.TenantId, r.ContactId });
            recipient.Property(r => r.Phone).HasMaxLength(20);
            recipient.Property(r => r.Variant).HasMaxLength(2);
            recipient.Property(r => r.Values).HasColumnType("jsonb");
            recipient.Property(r => r.Reason).HasMaxLength(60);
            OfCampaign(recipient, r => new { r.TenantId, r.CampaignId });
            recipient
                .HasOne<Contact>()
                .WithMany()
                .HasForeignKey(r => new { r.TenantId, r.ContactId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.NoAction);
        });
        builder.Entity<CampaignExclusionRow>(exclusion =>
        {
            exclusion.ToTable("campaign_exclusions");
            exclusion.HasKey(e => new
            {
                e.TenantId,
                e.CampaignId,
                e.ContactId,
            });
            exclusion.HasIndex(e => new
            {
                e.TenantId,
                e.CampaignId,
                e.Reason,
                e.ContactId,
            });
            exclusion.HasIndex(e => new { e.TenantId, e.ContactId });
            exclusion.Property(e => e.Phone).HasMaxLength(40);
            OfCampaign(exclusion, e => new { e.TenantId, e.CampaignId });
            exclusion
                .HasOne<Contact>()
                .WithMany()
                .HasForeignKey(e => new { e.TenantId, e.ContactId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.NoAction);
        });
        builder.Entity<CampaignCountRow>(count =>
        {
            count.ToTable("campaign_counts");
            count.HasKey(c => new
            {
                c.TenantId,
                c.CampaignId,
                c.Kind,
                c.Variant,
                c.InstanceId,
                c.Source,
                c.Reason,
            });
            count.Property(c => c.Kind).HasMaxLength(16);
            count.Property(c => c.Variant).HasMaxLength(2);
            count.Property(c => c.Reason).HasMaxLength(60);
            OfCampaign(count, c => new { c.TenantId, c.CampaignId });
        });
        builder.Entity<CampaignHourRow>(hour =>
        {
            hour.ToTable("campaign_hours");
            hour.HasKey(h => new
            {
                h.TenantId,
                h.CampaignId,
                h.Hour,
            });
            OfCampaign(hour, h => new { h.TenantId, h.CampaignId });
        });
    }

    private static void OfCampaign<T>(EntityTypeBuilder<T> row, Expression<Func<T, object?>> key)
        where T : class =>
        row.HasOne<Campaign>()
            .WithMany()
            .HasForeignKey(key)
            .HasPrincipalKey(c => new { c.TenantId, c.Id })
            .OnDelete(DeleteBehavior.Cascade);
}
