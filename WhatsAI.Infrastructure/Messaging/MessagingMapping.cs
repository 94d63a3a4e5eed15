using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Messaging;

internal static class MessagingMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<Conversation>(Map);
        builder.Entity<ConversationHead>(Map);
        builder.Entity<ConversationCount>(count =>
        {
            count.ToTable("conversation_counts");
            count.HasKey(c => new
            {
                c.TenantId,
                c.InstanceId,
                c.Kind,
                c.Status,
                c.AssigneeId,
                c.TeamId,
            });
            InstanceMapping.OfInstance(count, c => new { c.TenantId, c.InstanceId });
        });
        builder.Entity<Episode>(episode =>
        {
            episode.ToTable("episodes");
            episode.HasKey(e => e.Id);
            episode.HasIndex(e => new
            {
                e.TenantId,
                e.ConversationId,
                e.OpenedAt,
            });
            // Reports: what happened in a period, from the index alone. Groups are in none.
            episode
                .HasIndex(e => new { e.TenantId, e.OpenedAt }, "ix_episodes_opened")
                .IncludeProperties(e => new
                {
                    e.InstanceId,
                    e.TeamId,
                    e.ResolvedAt,
                })
                .HasFilter("kind = 'Person'");
            episode
                .HasIndex(e => new { e.TenantId, e.FirstReplyAt })
                .HasDatabaseName("ix_episodes_answered")
                .IncludeProperties(e => new
                {
                    e.InstanceId,
                    e.TeamId,
                    e.FirstReplyBy,
                    e.AskedAt,
                    e.FirstDueAt,
                })
                .HasFilter("kind = 'Person' AND asked_at IS NOT NULL");
            episode
                .HasIndex(e => new { e.TenantId, e.ResolvedAt })
                .HasDatabaseName("ix_episodes_resolved")
                .IncludeProperties(e => new
                {
                    e.InstanceId,
                    e.TeamId,
                    e.ResolvedBy,
                    e.OpenedAt,
                    e.ResolveDueAt,
                    e.FirstReplyAt,
                    e.FirstDueAt,
                })
                .HasFilter("kind = 'Person' AND resolved_at IS NOT NULL");
            // What is still open, however long ago it was opened.
            episode
                .HasIndex(e => new { e.TenantId, e.OpenedAt }, "ix_episodes_open")
                .IncludeProperties(e => new { e.InstanceId, e.TeamId })
                .HasFilter("kind = 'Person' AND resolved_at IS NULL");
            OfConversation(episode, e => new { e.TenantId, e.ConversationId });
        });
        builder.Entity<NextReply>(reply =>
        {
            reply.ToTable("next_replies");
            reply.HasKey(r => new
            {
                r.TenantId,
                r.EpisodeId,
                r.AnsweredAt,
            });
            reply
                .HasIndex(r => new { r.TenantId, r.AnsweredAt })
                .HasDatabaseName("ix_next_replies_answered")
                .IncludeProperties(r => new
                {
                    r.InstanceId,
                    r.TeamId,
                    r.ById,
                    r.AskedAt,
                    r.DueAt,
                })
                .HasFilter("kind = 'Person'");
            OfConversation(reply, r => new { r.TenantId, r.ConversationId });
        });
        builder.Entity<Message>(Map);
        builder.Entity<Reaction>(reaction =>
        {
            reaction.ToTable("reactions");
            reaction.HasKey(r => new
            {
                r.TenantId,
                r.InstanceId,
                r.TargetProviderId,
                r.Actor,
            });
            reaction.Property(r => r.TargetProviderId).HasMaxLength(128);
            reaction.Property(r => r.Actor).HasMaxLength(100);
            reaction.Property(r => r.Emoji).HasMaxLength(64);
            InstanceMapping.OfInstance(reaction, r => new { r.TenantId, r.InstanceId });
        });
        builder.Entity<MediaFile>(file =>
        {
            file.ToTable("media_files");
            file.HasKey(f => f.Id);
            file.HasAlternateKey(f => new { f.TenantId, f.Id });
            file.HasIndex(f => new { f.TenantId, f.Hash });
            file.Property(f => f.Hash).HasMaxLength(64);
            file.Property(f => f.ContentType).HasMaxLength(120);
            file.Property(f => f.FileName).HasMaxLength(255);
            file.HasOne<WhatsAI.Core.Tenancy.Tenant>().WithMany().HasForeignKey(f => f.TenantId).OnDelete(DeleteBehavior.Cascade);
        });
        JournalMapping.Map(builder);
        Gaps.GapMapping.Map(builder);
    }

    private static void Map(EntityTypeBuilder<Conversation> conversation)
    {
        conversation.ToTable(
            "conversations",
            t => t.HasCheckConstraint("ck_conversations_counterpart", "(contact_id IS NULL) <> (group_jid IS NULL)")
        );
        conversation.HasKey(c => c.Id);
        conversation.HasAlternateKey(c => new { c.TenantId, c.Id });
        conversation
            .HasIndex(c => new
            {
                c.TenantId,
                c.InstanceId,
                c.ContactId,
            })
            .IsUnique()
            .HasFilter("contact_id IS NOT NULL");
        conversation
            .HasIndex(c => new
            {
                c.TenantId,
                c.InstanceId,
                c.GroupJid,
            })
            .IsUnique()
            .HasFilter("group_jid IS NOT NULL");
        conversation.HasIndex(c => new { c.TenantId, c.ContactId });
        conversation.Property(c => c.GroupJid).HasMaxLength(100);
        conversation.Property(c => c.Title).HasMaxLength(200);
        InstanceMapping.OfInstance(conversation, c => new { c.TenantId, c.InstanceId });
        conversation
            .HasOne<Contact>()
            .WithMany()
            .HasForeignKey(c => new { c.TenantId, c.ContactId })
            .HasPrincipalKey(c => new { c.TenantId, c.Id })
            .OnDelete(DeleteBehavior.Restrict);
    }

    private static void Map(EntityTypeBuilder<ConversationHead> head)
    {
        head.ToTable("conversation_heads");
        head.HasKey(h => new { h.TenantId, h.ConversationId });
        // The list, of all numbers and of one, in its order.
        head.HasIndex(h => new
            {
                h.TenantId,
                h.Kind,
                h.Status,
                h.LastAt,
                h.ConversationId,
            })
            .HasDatabaseName("ix_conversation_heads_list")
            .IsDescending(false, false, false, true, true);
        head.HasIndex(h => new
            {
                h.InstanceId,
                h.Kind,
                h.Status,
                h.LastAt,
                h.ConversationId,
            })
            .HasDatabaseName("ix_conversation_heads_list_of_instance")
            .IsDescending(false, false, false, true, true);
        // Few conversations are unread: without it "unread only" would walk through all that are not.
        head.HasIndex(
                h => new
                {
                    h.TenantId,
                    h.Kind,
                    h.Status,
                    h.LastAt,
                    h.ConversationId,
                },
                "ix_conversation_heads_unread"
            )
            .IsDescending(false, false, false, true, true)
            .HasFilter("unread > 0");
        // What waits for somebody, what is one agent's, what is one team's: each is a small part of all.
        head.HasIndex(
                h => new
                {
                    h.TenantId,
                    h.Kind,
                    h.Status,
                    h.LastAt,
                    h.ConversationId,
                },
                "ix_conversation_heads_unassigned"
            )
            .IsDescending(false, false, false, true, true)
            .HasFilter("assignee_id IS NULL");
        head.HasIndex(h => new
            {
                h.TenantId,
                h.AssigneeId,
                h.Kind,
                h.Status,
                h.LastAt,
                h.ConversationId,
            })
            .HasDatabaseName("ix_conversation_heads_of_assignee")
            .IsDescending(false, false, false, false, true, true)
            .HasFilter("assignee_id IS NOT NULL");
        head.HasIndex(h => new
            {
                h.TenantId,
                h.TeamId,
                h.Kind,
                h.Status,
                h.LastAt,
                h.ConversationId,
            })
            .HasDatabaseName("ix_conversation_heads_of_team")
            .IsDescending(false, false, false, false, true, true)
            .HasFilter("team_id IS NOT NULL");
        // Nearly all are of the normal one.
        head.HasIndex(h => new
            {
                h.TenantId,
                h.Priority,
                h.Kind,
                h.Status,
                h.LastAt,
                h.ConversationId,
            })
            .HasDatabaseName("ix_conversation_heads_priority")
            .IsDescending(false, false, false, false, true, true)
            .HasFilter("priority <> 'Normal'");
        // Of a number, what comes back next: few are snoozed to a time.
        head.HasIndex(h => new { h.InstanceId, h.SnoozedUntil })
            .HasDatabaseName("ix_conversation_heads_snoozed")
            .HasFilter("status = 'Snoozed' AND snoozed_until IS NOT NULL");
        // Else EF takes the first of the enumeration, low, for none that was set.
        head.Property(h => h.Priority).HasDefaultValue(ConversationPriority.Normal).HasSentinel(ConversationPriority.Normal);
        // Who waits for an answer, the longest first.
        head.HasIndex(h => new { h.TenantId, h.WaitingSince })
            .HasDatabaseName("ix_conversation_heads_waiting")
            .IncludeProperties(h => new
            {
                h.InstanceId,
                h.AssigneeId,
                h.TeamId,
            })
            .HasFilter("kind = 'Person' AND status = 'Open' AND waiting_since IS NOT NULL");
        head.Property(h => h.Priority).HasDefaultValue(ConversationPriority.Normal);
        SlaHeadMapping.Map(head);
        head.Property(h => h.LastPreview).HasMaxLength(200);
        head.HasOne<Conversation>()
            .WithOne()
            .HasForeignKey<ConversationHead>(h => new { h.TenantId, h.ConversationId })
            .HasPrincipalKey<Conversation>(c => new { c.TenantId, c.Id })
            .OnDelete(DeleteBehavior.Cascade);
    }

    private static void Map(EntityTypeBuilder<Message> message)
    {
        message.ToTable("messages");
        message.HasKey(m => m.Id);
        message
            .HasIndex(m => new
            {
                m.TenantId,
                m.ConversationId,
                m.SentAt,
                m.Id,
            })
            .HasDatabaseName("ix_messages_thread")
            .IsDescending(false, false, true, true);
        message
            .HasIndex(m => new
            {
                m.TenantId,
                m.InstanceId,
                m.ProviderId,
            })
            .HasDatabaseName("ix_messages_provider_id")
            .IsUnique()
            .HasFilter("provider_id IS NOT NULL");
        message
            .HasIndex(m => new { m.TenantId, m.ClientKey })
            .HasDatabaseName("ix_messages_client_key")
            .IsUnique()
            .HasFilter("client_key IS NOT NULL");
        message
            .HasIndex(m => new
            {
                m.InstanceId,
                m.Lane,
                m.SentAt,
                m.Id,
            })
            .HasDatabaseName("ix_messages_queue")
            .HasFilter("delivery = 'Queued'");
        message
            .HasIndex(m => new { m.InstanceId, m.AttemptedAt }, "ix_messages_in_doubt")
            .HasFilter("delivery IN ('Sending', 'Unconfirmed')");
        // What nobody has confirmed yet, or ever will.
        message.HasIndex(m => new { m.InstanceId, m.AttemptedAt }, "ix_messages_unacked").HasFilter("delivery = 'Sent'");
        message
            .HasIndex(m => new { m.InstanceId, m.MediaDueAt })
            .HasDatabaseName("ix_messages_media_pending")
            .HasFilter("media_state = 'Pending'");
        message.HasIndex(m => new { m.TenantId, m.SentAt }).HasDatabaseName("ix_messages_media_failed").HasFilter("media_state = 'Failed'");
        message.HasIndex(m => new { m.TenantId, m.MediaId }).HasFilter("media_id IS NOT NULL");
        message.Property(m => m.Body).HasColumnType("jsonb");
        message.Property(m => m.ProviderId).HasMaxLength(128);
        message.Property(m => m.ReplyToProviderId).HasMaxLength(128);
        message.Property(m => m.Reason).HasMaxLength(60);
        message.Property(m => m.HeldBy).HasMaxLength(60);
        // The queue's order is the number's.
        message.Property(m => m.Lane).HasConversion<short?>();
        OfConversation(message, m => new { m.TenantId, m.ConversationId });
        InstanceMapping.OfInstance(message, m => new { m.TenantId, m.InstanceId });
        message
            .HasOne<MediaFile>()
            .WithMany()
            .HasForeignKey(m => new { m.TenantId, m.MediaId })
            .HasPrincipalKey(f => new { f.TenantId, f.Id })
            .OnDelete(DeleteBehavior.Restrict);
    }

    private static void OfConversation<T>(EntityTypeBuilder<T> entity, System.Linq.Expressions.Expression<Func<T, object?>> key)
        where T : class =>
        entity
            .HasOne<Conversation>()
            .WithMany()
            .HasForeignKey(key)
            .HasPrincipalKey(c => new { c.TenantId, c.Id })
            .OnDelete(DeleteBehavior.Cascade);
}
