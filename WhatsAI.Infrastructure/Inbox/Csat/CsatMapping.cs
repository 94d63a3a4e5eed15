using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Inbox.Csat;

internal static class CsatMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<CsatSettings>(settings =>
        {
            settings.ToTable("csat_settings");
            settings.HasKey(s => s.TenantId);
            settings.Ignore(s => s.Form);
            settings.Property(s => s.Question).HasMaxLength(CsatSettings.MaxTextLength);
            settings.Property(s => s.Thanks).HasMaxLength(CsatSettings.MaxTextLength);
            settings.Property(s => s.Version).IsRowVersion();
            settings.HasOne<Tenant>().WithMany().HasForeignKey(s => s.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Survey>(survey =>
        {
            survey.ToTable("surveys", table => table.HasCheckConstraint("ck_surveys_score", "score BETWEEN 1 AND 5"));
            survey.HasKey(s => s.Id);
            // One question for an episode, whatever is resolved, taken back and resolved again.
            survey.HasIndex(s => new { s.TenantId, s.EpisodeId }).IsUnique();
            survey.HasIndex(s => new { s.InstanceId, s.DueAt }).HasDatabaseName("ix_surveys_due").HasFilter("due_at IS NOT NULL");
            // Of a person, when he was asked last.
            survey.HasIndex(s => new
            {
                s.TenantId,
                s.ConversationId,
                s.AskedAt,
            });
            // Reports, from the index alone.
            survey
                .HasIndex(s => new { s.TenantId, s.AskedAt })
                .HasDatabaseName("ix_surveys_asked")
                .IncludeProperties(s => new
                {
                    s.InstanceId,
                    s.TeamId,
                    s.AgentId,
                    s.Score,
                })
                .HasFilter("asked_at IS NOT NULL");
            InstanceMapping.OfInstance(survey, s => new { s.TenantId, s.InstanceId });
            survey
                .HasOne<Conversation>()
                .WithMany()
                .HasForeignKey(s => new { s.TenantId, s.ConversationId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
    }
}
