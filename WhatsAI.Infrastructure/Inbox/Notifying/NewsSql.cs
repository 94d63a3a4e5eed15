using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Notifying;

/// <summary>A bell that rang.</summary>
/// <param name="ByName">Null: the program.</param>
internal sealed record NewsNotice(
    Guid Id,
    UserId To,
    NoticeKind Kind,
    ConversationId ConversationId,
    InstanceId InstanceId,
    MessageId? MessageId,
    string? ByName,
    string? Title,
    string? Text,
    DateTimeOffset At
);

/// <summary>What the desk reads, for all windows of a company at once. Who may see which of it is asked of each window's member.</summary>
internal static class NewsSql
{
    /// <summary>Further ones of the same moment stand in the bell.</summary>
    private const int MostNotices = 200;

    // As much as the bell itself reads.
    internal static readonly string Notices = $"""
        SELECT n.id, n.user_id, n.kind, n.conversation_id, c.instance_id, n.message_id, u.display_name, coalesce(p.name, p.push_name, c.title, p.phone),
            m.body::text, {MessageSql.MentionedColumn}, n.at
        FROM notices n
        JOIN conversations c ON c.tenant_id = n.tenant_id AND c.id = n.conversation_id
        LEFT JOIN contacts p ON p.tenant_id = n.tenant_id AND p.id = c.contact_id
        LEFT JOIN users u ON u.id = n.by_id
        LEFT JOIN messages m ON m.tenant_id = n.tenant_id AND m.id = n.message_id AND m.kind = 'Note'
        WHERE n.tenant_id = $1 AND n.user_id = ANY ($2) AND n.read_at IS NULL AND n.at >= $3
        ORDER BY n.at DESC LIMIT $4
        """;

    /// <summary>Unread ones since a moment, the newest first.</summary>
    public static async Task<IReadOnlyList<NewsNotice>> NoticesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<UserId> users,
        DateTimeOffset after,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            Notices,
            tenant.Value,
            users.Select(u => u.Value).ToArray(),
            after.UtcDateTime,
            MostNotices
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var notices = new List<NewsNotice>();
        while (await reader.ReadAsync(ct))
        {
            notices.Add(
                new NewsNotice(
                    reader.GetGuid(0),
                    new UserId(reader.GetGuid(1)),
                    reader.Enum<NoticeKind>(2),
                    new ConversationId(reader.GetGuid(3)),
                    new InstanceId(reader.GetGuid(4)),
                    reader.GuidOrNull(5) is { } message ? new MessageId(message) : null,
                    reader.TextOrNull(6),
                    reader.TextOrNull(7),
                    reader.TextOrNull(8) is { } body && MessageBodyJson.Read(body) is NoteBody { Text.Length: > 0 } note
                        ? HeadRules.Preview(note.Reading(MessageSql.ReadMentioned(reader, 9)))
                        : null,
                    reader.Time(10)
                )
            );
        }

        return notices;
    }

    public static async Task<Dictionary<UserId, Listener>> ListenersAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<UserId> users,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT m.user_id, coalesce(a.presence, 'Online'),
                ARRAY(SELECT t.team_id FROM team_members t WHERE t.tenant_id = $1 AND t.user_id = m.user_id),
                s.shows, s.sounds, s.shows_text, s.quiet::text, s.mentions_pass
            FROM memberships m
            LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.user_id = m.user_id
            LEFT JOIN notifying_settings s ON s.tenant_id = m.tenant_id AND s.user_id = m.user_id
            WHERE m.tenant_id = $1 AND m.user_id = ANY ($2) AND m.disabled_at IS NULL
            """,
            tenant.Value,
            users.Select(u => u.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var listeners = new Dictionary<UserId, Listener>();
        while (await reader.ReadAsync(ct))
        {
            var user = new UserId(reader.GetGuid(0));
            var teams = reader.GetFieldValue<Guid[]>(2).Select(t => new TeamId(t)).ToHashSet();
            var settings = reader.IsDBNull(3)
                ? NotifyingSettings.Default(tenant, user)
                : new NotifyingSettings
                {
                    TenantId = tenant,
                    UserId = user,
                    Shows = reader.Enum<NotifyingRules>(3),
                    Sounds = reader.Enum<NotifyingRules>(4),
                    ShowsText = reader.GetBoolean(5),
                    Quiet = QuietJson.Read(reader.TextOrNull(6)),
                    MentionsPass = reader.GetBoolean(7),
                };
            listeners.Add(user, new Listener(user, teams, reader.Enum<Presence>(1), settings));
        }

        return listeners;
    }
}

/// <summary>Quiet hours as their column keeps them.</summary>
internal static class QuietJson
{
    public static string? Write(QuietHours? quiet) =>
        quiet is null ? null : JsonSerializer.Serialize(new Stored(quiet.Zone, [.. quiet.Spans]), JsonSerializerOptions.Web);

    public static QuietHours? Read(string? json) =>
        json is not null && JsonSerializer.Deserialize<Stored>(json, JsonSerializerOptions.Web) is { } stored
            ? new QuietHours(stored.Spans, stored.Zone)
            : null;

    private sealed record Stored(string Zone, QuietSpan[] Spans);
}
