using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Inbox.Notices;

internal static class NoticeMapping
{
    public static void Map(ModelBuilder builder) =>
        builder.Entity<Notice>(notice =>
        {
            notice.ToTable("notices");
            notice.HasKey(n => n.Id);
            // The bell's list, and what is unread: counted for all, found by conversation.
            notice
                .HasIndex(n => new
                {
                    n.TenantId,
                    n.UserId,
                    n.At,
                    n.Id,
                })
                .HasDatabaseName("ix_notices_list")
                .IsDescending(false, false, true, true);
            notice
                .HasIndex(n => new
                {
                    n.TenantId,
                    n.UserId,
                    n.ConversationId,
                })
                .HasDatabaseName("ix_notices_unread")
                .HasFilter("read_at IS NULL");
            // What is too old.
            notice.HasIndex(n => new { n.TenantId, n.At }).HasDatabaseName("ix_notices_at");
            // None to the membership: who changes one holds it and then waits for whoever gives conversations out, who would wait for it here.
            notice
                .HasOne<Conversation>()
                .WithMany()
                .HasForeignKey(n => new { n.TenantId, n.ConversationId })
                .HasPrincipalKey(c => new { c.TenantId, c.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });
}
