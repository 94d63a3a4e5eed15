using Npgsql;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notices;

/// <param name="MessageId">Where to jump to.</param>
/// <param name="ByName">Null: the program.</param>
/// <param name="Title">The customer's name or phone; null where neither is known.</param>
/// <param name="Text">The note's beginning; null where there is none.</param>
public sealed record NoticeRow(
    NoticeId Id,
    NoticeKind Kind,
    ConversationId ConversationId,
    MessageId? MessageId,
    string? ByName,
    string? Title,
    string? Text,
    DateTimeOffset At,
    bool IsRead
)
{
    public NoticeKey Key => new(At, Id);
}

/// <summary>A notice's place in the list, newest first.</summary>
public sealed record NoticeKey(DateTimeOffset At, NoticeId Id);

/// <param name="More">Whether there are older ones.</param>
public sealed record NoticePage(IReadOnlyList<NoticeRow> Rows, bool More);

/// <summary>What the present member was told. Nobody reads another's, whatever his role.</summary>
public sealed class NoticeQueries(NpgsqlDataSource database, NoticeCounts counts, CurrentMember member)
{
    public const int PageSize = 20;

    /// <summary>At most at once, however many are shown.</summary>
    public const int MostAtOnce = 200;

    internal static readonly string PageSql = $"""
        SELECT n.id, n.kind, n.conversation_id, n.message_id, u.display_name, coalesce(p.name, p.push_name, c.title, p.phone), m.body::text,
            {MessageSql.MentionedColumn}, n.at, n.read_at IS NOT NULL
        FROM (
            SELECT * FROM notices x WHERE x.tenant_id = $1 AND x.user_id = $2 AND (x.at, x.id) < ($3, $4) AND ($6::uuid[] IS NULL OR EXISTS (
                SELECT FROM conversations v WHERE v.tenant_id = $1 AND v.id = x.conversation_id AND v.instance_id = ANY ($6)
            ))
            ORDER BY x.at DESC, x.id DESC LIMIT $5
        ) n
        JOIN conversations c ON c.tenant_id = n.tenant_id AND c.id = n.conversation_id
        LEFT JOIN contacts p ON p.tenant_id = n.tenant_id AND p.id = c.contact_id
        LEFT JOIN users u ON u.id = n.by_id
        LEFT JOIN messages m ON m.tenant_id = n.tenant_id AND m.id = n.message_id AND m.kind = 'Note'
        ORDER BY n.at DESC, n.id DESC
        """;

    /// <summary>How many are unread, at most <see cref="NoticeCounts.Most"/>.</summary>
    public async Task<int> UnreadAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        return (await counts.OfAsync(member.TenantId, ct)).GetValueOrDefault(member.UserId);
    }

    /// <summary>Those just older than <paramref name="before"/>, or the newest.</summary>
    public async Task<NoticePage> PageAsync(NoticeKey? before = null, int size = PageSize, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        size = Math.Clamp(size, 1, MostAtOnce);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            PageSql,
            member.TenantId.Value,
            member.UserId.Value,
            (before?.At ?? DateTimeOffset.MaxValue).UtcDateTime,
            before?.Id.Value ?? Guid.AllBitsSet,
            size + 1,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<NoticeRow>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(Read(reader));
        }

        return rows.Count > size ? new NoticePage(rows[..size], More: true) : new NoticePage(rows, More: false);
    }

    private static NoticeRow Read(NpgsqlDataReader reader) =>
        new(
            new NoticeId(reader.GetGuid(0)),
            reader.Enum<NoticeKind>(1),
            new ConversationId(reader.GetGuid(2)),
            reader.GuidOrNull(3) is { } message ? new MessageId(message) : null,
            reader.TextOrNull(4),
            reader.TextOrNull(5),
            reader.TextOrNull(6) is { } body && MessageBodyJson.Read(body) is NoteBody { Text.Length: > 0 } note
                ? HeadRules.Preview(note.Reading(MessageSql.ReadMentioned(reader, 7)))
                : null,
            reader.Time(8),
            reader.GetBoolean(9)
        );
}
