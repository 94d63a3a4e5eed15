using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Inbox;

internal static class InboxMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<Team>(team =>
        {
            team.ToTable("teams");
            team.HasKey(t => t.Id);
            team.HasAlternateKey(t => new { t.TenantId, t.Id });
            team.HasIndex(t => new { t.TenantId, t.Name }).IsUnique();
            team.Property(t => t.Name).HasMaxLength(Team.MaxNameLength);
            team.Property(t => t.Version).IsRowVersion();
            team.Property(t => t.Hours)
                .HasColumnType("jsonb")
                .HasConversion(
                    h => JsonSerializer.Serialize(h.Spans, JsonSerializerOptions.Web),
                    json => new BusinessHours(
                        JsonSerializer.Deserialize<OpenSpan[]>(json, JsonSerializerOptions.Web) ?? Array.Empty<OpenSpan>()
                    )
                );
            team.HasOne<Tenant>().WithMany().HasForeignKey(t => t.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<TeamMember>(member =>
        {
            member.ToTable("team_members");
            member.HasKey(m => new
            {
                m.TenantId,
                m.TeamId,
                m.UserId,
            });
            member
                .HasOne<Team>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.TeamId })
                .HasPrincipalKey(t => new { t.TenantId, t.Id })
                .OnDelete(DeleteBehavior.Cascade);
            member.HasOne<Membership>().WithMany().HasForeignKey(m => new { m.TenantId, m.UserId }).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Routing>(routing =>
        {
            routing.ToTable("routings");
            routing.HasKey(r => new { r.TenantId, r.InstanceId });
            InstanceMapping.OfInstance(routing, r => new { r.TenantId, r.InstanceId });
            routing
                .HasOne<Team>()
                .WithMany()
                .HasForeignKey(r => new { r.TenantId, r.TeamId })
                .HasPrincipalKey(t => new { t.TenantId, t.Id })
                .OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<AgentState>(agent =>
        {
            agent.ToTable("agents");
            agent.HasKey(a => new { a.TenantId, a.UserId });
            agent.Property(a => a.Presence).HasDefaultValue(Presence.Online);
            agent
                .HasOne<Membership>()
                .WithOne()
                .HasForeignKey<AgentState>(a => new { a.TenantId, a.UserId })
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AssignmentRequest>(request =>
        {
            request.ToTable("assignment_queue");
            request.HasKey(r => new { r.TenantId, r.ConversationId });
            request.HasIndex(r => new { r.TenantId, r.QueuedAt });
            request
                .HasOne<Conversation>()
                .WithMany()
                .HasForeignKey(r => new { r.TenantId, r.ConversationId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
    }
}
