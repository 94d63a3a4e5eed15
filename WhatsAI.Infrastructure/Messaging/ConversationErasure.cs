using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>What was said with a person: given to him, or forgotten. Messages stay as rows that say nothing, so that figures stay right.</summary>
internal static class ConversationErasure
{
    // What the person or anybody said to him: not the lines in between, which are about colleagues, nor their notes.
    private const string Said = """
        SELECT jsonb_build_object('id', m.id, 'direction', m.direction, 'kind', m.kind, 'text', m.text, 'body', m.body, 'sentAt', m.sent_at, 'editedAt', m.edited_at,
            'deletedAt', m.deleted_at, 'delivery', m.delivery, 'number', i.name, 'file', m.media_id)
        FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id JOIN instances i ON i.tenant_id = $1 AND i.id = m.instance_id
        WHERE m.tenant_id = $1 AND (c.contact_id = ANY ($2) OR (c.kind = 'Group' AND m.sender_id = ANY ($2)))
        """;

    public static IReadOnlyList<PersonalDataPart> Parts { get; } =
    [
        new(
            PersonalData.Messages,
            "messages",
            $"{Said} AND m.kind NOT IN ('Note', 'Line') AND (m.delivery IS NULL OR m.delivery <> 'Queued') ORDER BY m.sent_at, m.id"
        ),
        new(PersonalData.QueuedMessages, "queued-messages", $"{Said} AND m.delivery = 'Queued' ORDER BY m.sent_at, m.id"),
        new(PersonalData.Notes, "notes", $"{Said} AND m.kind = 'Note' ORDER BY m.sent_at, m.id"),
        new(
            PersonalData.ScheduledMessages,
            "scheduled-messages",
            """
            SELECT jsonb_build_object('text', s.text, 'dueAt', s.due_at, 'zone', s.zone, 'state', s.state, 'file', s.media_id)
            FROM scheduled_messages s JOIN conversations c ON c.tenant_id = $1 AND c.id = s.conversation_id
            WHERE s.tenant_id = $1 AND c.contact_id = ANY ($2) ORDER BY s.due_at
            """
        ),
        new(
            PersonalData.Ratings,
            "ratings",
            """
            SELECT jsonb_build_object('askedAt', s.asked_at, 'answeredAt', s.answered_at, 'score', s.score)
            FROM surveys s JOIN conversations c ON c.tenant_id = $1 AND c.id = s.conversation_id WHERE s.tenant_id = $1 AND c.contact_id = ANY ($2) ORDER BY s.asked_at
            """
        ),
        new(
            PersonalData.Media,
            "files",
            """
            SELECT jsonb_build_object('id', f.id, 'type', f.content_type, 'name', f.file_name, 'size', f.size)
            FROM media_files f WHERE f.tenant_id = $1 AND f.id IN (
                SELECT m.media_id FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
                WHERE m.tenant_id = $1 AND (c.contact_id = ANY ($2) OR (c.kind = 'Group' AND m.sender_id = ANY ($2)))
                UNION ALL SELECT p.picture_id FROM contacts p WHERE p.tenant_id = $1 AND p.id = ANY ($2))
            ORDER BY f.id
            """
        ),
    ];

    // A wish of the person's to see what is kept, or to have it gone: rare enough to look through a company's groups for him.
    private const string FilesSql = """
        SELECT f.id, f.hash, f.file_name FROM media_files f WHERE f.tenant_id = $1 AND f.id IN (
            SELECT m.media_id FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
            WHERE m.tenant_id = $1 AND m.media_id IS NOT NULL AND (c.contact_id = ANY ($2) OR (c.kind = 'Group' AND m.sender_id = ANY ($2)))
            UNION ALL SELECT s.media_id FROM scheduled_messages s JOIN conversations c ON c.tenant_id = $1 AND c.id = s.conversation_id
            WHERE s.tenant_id = $1 AND c.contact_id = ANY ($2)
            UNION ALL SELECT p.picture_id FROM contacts p WHERE p.tenant_id = $1 AND p.id = ANY ($2))
        ORDER BY f.id
        """;

    /// <summary>Id, name in the store, and name as it came.</summary>
    public static async Task<List<(Guid Id, string Hash, string? Name)>> FilesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<ContactId> contacts,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(FilesSql, tenant.Value, contacts.Select(c => c.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var files = new List<(Guid, string, string?)>();
        while (await reader.ReadAsync(ct))
        {
            files.Add((reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }

        return files;
    }

    public static async Task EraseAsync(ContactErasure erasure, IHeadClock clock, CancellationToken ct)
    {
        var files = await FilesAsync(erasure.Connection, erasure.Tenant, erasure.Contacts, ct);
        foreach (var sql in Steps)
        {
            await erasure.RunAsync(sql, ct, erasure.Now.ToUniversalTime(), erasure.Addresses.ToArray());
        }

        await erasure.RunAsync(
            $"""
            DELETE FROM media_files f WHERE f.tenant_id = $1 AND f.id = ANY ($3) AND cardinality($2::uuid[]) > 0
                AND {MediaUse.Nobody}
                AND NOT EXISTS (SELECT FROM contacts p WHERE p.tenant_id = $1 AND p.picture_id = f.id)
            """,
            ct,
            files.Select(f => f.Id).Concat(erasure.Files).Distinct().ToArray()
        );
        await CloseAsync(erasure, clock, ct);
        erasure.Changes.Add(new EverythingChanged(erasure.Tenant));
    }

    // $3 now, $4 the person's addresses. Every statement names all four.
    private static readonly string[] Steps =
    [
        """
            DELETE FROM reactions r WHERE r.tenant_id = $1 AND $3::timestamptz IS NOT NULL AND (r.actor = ANY ($4) OR EXISTS (
                SELECT FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
                WHERE m.tenant_id = $1 AND m.instance_id = r.instance_id AND m.provider_id = r.target_provider_id AND c.contact_id = ANY ($2)))
            """,
        """
            DELETE FROM messages m USING conversations c
            WHERE m.tenant_id = $1 AND c.tenant_id = $1 AND c.id = m.conversation_id AND c.contact_id = ANY ($2) AND m.kind = 'Note'
                AND $3::timestamptz IS NOT NULL AND $4::text[] IS NOT NULL
            """,
        """
            UPDATE messages m SET kind = 'Text', text = '', body = '{"k":"text","text":""}', deleted_at = coalesce(m.deleted_at, $3), provider_id = NULL,
                reply_to_provider_id = NULL, media_id = NULL, media_state = NULL, media_due_at = NULL,
                reason = CASE WHEN m.delivery = 'Queued' THEN 'skipped.erased' ELSE m.reason END,
                delivery = CASE WHEN m.delivery = 'Queued' THEN 'Skipped' ELSE m.delivery END
            FROM conversations c WHERE m.tenant_id = $1 AND c.tenant_id = $1 AND c.id = m.conversation_id AND m.kind <> 'Line'
                AND (c.contact_id = ANY ($2) OR (c.kind = 'Group' AND m.sender_id = ANY ($2))) AND $4::text[] IS NOT NULL
            """,
        """
            DELETE FROM scheduled_messages s USING conversations c WHERE s.tenant_id = $1 AND c.tenant_id = $1 AND c.id = s.conversation_id AND c.contact_id = ANY ($2)
                AND $3::timestamptz IS NOT NULL AND $4::text[] IS NOT NULL
            """,
        """
            DELETE FROM notices n USING conversations c WHERE n.tenant_id = $1 AND c.tenant_id = $1 AND c.id = n.conversation_id AND c.contact_id = ANY ($2)
                AND $3::timestamptz IS NOT NULL AND $4::text[] IS NOT NULL
            """,
        """
            DELETE FROM conversation_labels l USING conversations c WHERE l.tenant_id = $1 AND c.tenant_id = $1 AND c.id = l.conversation_id AND c.contact_id = ANY ($2)
                AND $3::timestamptz IS NOT NULL AND $4::text[] IS NOT NULL
            """,
        """
            UPDATE conversations SET title = NULL WHERE tenant_id = $1 AND contact_id = ANY ($2) AND $3::timestamptz IS NOT NULL AND $4::text[] IS NOT NULL
            """,
        // The same once more, as it came in: whatever names one of his addresses. What waits to be read makes him known again, as one who was forgotten.
        """
            DELETE FROM journal j WHERE j.tenant_id = $1 AND j.done_at IS NOT NULL AND cardinality($2::uuid[]) > 0 AND $3::timestamptz IS NOT NULL
                AND EXISTS (SELECT FROM unnest($4::text[]) a WHERE position(convert_to(split_part(a, '@', 1), 'UTF8') IN j.body) > 0)
            """,
        """
            DELETE FROM waiting_changes w WHERE w.tenant_id = $1 AND cardinality($2::uuid[]) > 0 AND $3::timestamptz IS NOT NULL
                AND EXISTS (SELECT FROM unnest($4::text[]) a WHERE strpos(concat(w.body::text, w.source::text), split_part(a, '@', 1)) > 0)
            """,
    ];

    /// <summary>His conversations are over and show nothing.</summary>
    private static async Task CloseAsync(ContactErasure erasure, IHeadClock clock, CancellationToken ct)
    {
        var ids = new List<ConversationId>();
        await using (var command = erasure.Sql("SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = ANY ($2)"))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                ids.Add(new ConversationId(reader.GetGuid(0)));
            }
        }

        var counters = new ConversationCounters();
        var written = new List<ConversationHead>();
        foreach (var before in (await HeadSql.LockAsync(erasure.Connection, erasure.Tenant, ids, ct)).Values)
        {
            if (before.Status != ConversationStatus.Resolved)
            {
                await Episodes.ResolvedAsync(
                    erasure.Connection,
                    before,
                    erasure.By,
                    clock.ResolutionDueOf(before, erasure.Now),
                    erasure.Now,
                    ct
                );
            }

            var after = clock.Move(
                before,
                before with
                {
                    Status = ConversationStatus.Resolved,
                    LastPreview = "",
                    LastKind = MessageKind.Text,
                    Unread = 0,
                    SnoozedUntil = null,
                    WaitingSince = null,
                },
                erasure.Now
            );
            written.Add(after);
            counters.Moved(before, after);
        }

        await HeadSql.WriteAsync(erasure.Connection, written, ct);
        await counters.ApplyAsync(erasure.Connection, erasure.Tenant, ct);
    }
}
