using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Tenancy;

internal static class TenancyMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<ConsoleUser>(user =>
        {
            user.ToTable("users");
            user.Property(u => u.DisplayName).HasMaxLength(120);
            user.Property(u => u.Language).HasMaxLength(10);
        });
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.Entity<UserSession>(session =>
        {
            session.ToTable("user_sessions");
            session.HasKey(s => s.Id);
            session.HasIndex(s => s.KeyHash).IsUnique();
            session.HasIndex(s => s.UserId);
            session.Property(s => s.Browser).HasMaxLength(40);
            session.Property(s => s.Platform).HasMaxLength(40);
            session.Property(s => s.Address).HasMaxLength(64);
        });
        builder.Entity<Tenant>(tenant =>
        {
            tenant.ToTable("tenants");
            tenant.HasIndex(t => t.Slug).IsUnique();
            tenant.Property(t => t.Name).HasMaxLength(Tenant.MaxNameLength);
            tenant.Property(t => t.Slug).HasMaxLength(40);
            tenant.Property(t => t.TimeZone).HasMaxLength(64);
            tenant.Property(t => t.Language).HasMaxLength(10);
            tenant.Property(t => t.AnswerTakes).HasDefaultValue(true).HasSentinel(true);
            tenant.PrimitiveCollection(t => t.OptOutWords).HasColumnType("text[]");
            tenant.Property(t => t.Version).IsRowVersion();
        });
        builder.Entity<Membership>(member =>
        {
            member.ToTable("memberships");
            member.HasKey(m => new { m.TenantId, m.UserId });
            member.HasIndex(m => m.UserId);
            member.Property(m => m.SeesAllNumbers).HasDefaultValue(true).HasSentinel(true);
            member.HasOne<Tenant>().WithMany().HasForeignKey(m => m.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<MemberNumber>(number =>
        {
            number.ToTable("member_numbers");
            number.HasKey(n => new
            {
                n.TenantId,
                n.UserId,
                n.InstanceId,
            });
            number.HasOne<Membership>().WithMany().HasForeignKey(n => new { n.TenantId, n.UserId }).OnDelete(DeleteBehavior.Cascade);
            InstanceMapping.OfInstance(number, n => new { n.TenantId, n.InstanceId });
        });
        builder.Entity<Invitation>(invitation =>
        {
            invitation.ToTable("invitations");
            invitation.HasKey(i => i.Id);
            invitation.HasIndex(i => i.TokenHash).IsUnique();
            invitation.HasIndex(i => new { i.TenantId, i.CreatedAt });
            invitation.Property(i => i.Email).HasMaxLength(Invitation.MaxEmailLength);
            invitation.Property(i => i.Numbers).HasColumnType("uuid[]");
            invitation.HasOne<Tenant>().WithMany().HasForeignKey(i => i.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<MemberLogEntry>(entry =>
        {
            entry.ToTable("member_log");
            entry.HasKey(e => e.Id);
            entry.HasIndex(e => new { e.TenantId, e.Id });
            entry.Property(e => e.ActorName).HasMaxLength(Invitation.MaxEmailLength);
            entry.Property(e => e.SubjectName).HasMaxLength(Invitation.MaxEmailLength);
            entry.Property(e => e.What).HasMaxLength(40);
            entry.Property(e => e.Details).HasColumnType("text[]");
            entry.HasOne<Tenant>().WithMany().HasForeignKey(e => e.TenantId).OnDelete(DeleteBehavior.Restrict);
        });
    }
}
