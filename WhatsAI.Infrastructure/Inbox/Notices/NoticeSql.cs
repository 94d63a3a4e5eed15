using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Notices;

/// <summary>What members are told of, in the transaction of what they are told of. Each gives the events to be published after the commit.</summary>
internal static class NoticeSql
{
    /// <param name="connection">In the tenant.</param>
    /// <param name="notices">All of that tenant.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<IReadOnlyList<NoticesChanged>> AddAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<Notice> notices,
        CancellationToken ct
    )
    {
        if (notices.Count == 0)
        {
            return [];
        }

        await using var command = connection.Sql(
            """
            INSERT INTO notices (id, tenant_id, user_id, kind, conversation_id, message_id, by_id, at)
            SELECT t.id, $1, t.user_id, t.kind, t.conversation_id, t.message_id, t.by_id, t.at
            FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::timestamptz[])
                AS t (id, user_id, kind, conversation_id, message_id, by_id, at)
            """,
            notices.First().TenantId.Value,
            notices.Select(n => n.Id.Value).ToArray(),
            notices.Select(n => n.UserId.Value).ToArray(),
            notices.Select(n => n.Kind.ToString()).ToArray(),
            notices.Select(n => n.ConversationId.Value).ToArray(),
            Uuids(notices.Select(n => n.MessageId?.Value)),
            Uuids(notices.Select(n => n.ById?.Value)),
            notices.Select(n => n.At.UtcDateTime).ToArray()
        );
        await command.ExecuteNonQueryAsync(ct);
        return [.. notices.Select(n => new NoticesChanged(n.TenantId, n.UserId)).Distinct()];
    }

    /// <summary>Each of these is mentioned by the note.</summary>
    public static Task<IReadOnlyList<NoticesChanged>> MentionAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<UserId> users,
        ConversationId conversation,
        MessageId note,
        UserId by,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        AddAsync(
            connection,
            [
                .. users.Select(
                    (user, place) =>
                        new Notice
                        {
                            Id = Id.New<NoticeId>(now, place),
                            TenantId = tenant,
                            UserId = user,
                            Kind = NoticeKind.Mentioned,
                            ConversationId = conversation,
                            MessageId = note,
                            ById = by,
                            At = now,
                        }
                ),
            ],
            ct
        );

    /// <summary>What he was told of a note, or of a few members, is no longer so. Of a note that is gone, what was read goes too.</summary>
    /// <param name="users">Null: everybody who was told of it.</param>
    public static Task<IReadOnlyList<NoticesChanged>> TakeBackAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId note,
        IEnumerable<UserId>? users,
        ConversationId conversation,
        CancellationToken ct
    ) =>
        RemoveAsync(
            connection.Sql(
                """
                DELETE FROM notices WHERE tenant_id = $1 AND conversation_id = $2 AND message_id = $3 AND kind = 'Mentioned'
                    AND ($4::uuid[] IS NULL OR user_id = ANY ($4)) RETURNING user_id
                """,
                tenant.Value,
                conversation.Value,
                note.Value,
                new NpgsqlParameter
                {
                    Value = (object?)users?.Select(u => u.Value).ToArray() ?? DBNull.Value,
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
                }
            ),
            tenant,
            ct
        );

    /// <summary>These conversations are theirs no more: that one was given to him is no news to a member, if he has not read it yet.</summary>
    public static async Task<IReadOnlyList<NoticesChanged>> TakeBackAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<(ConversationId Conversation, UserId User)> lost,
        CancellationToken ct
    ) =>
        lost.Count == 0
            ? []
            : await RemoveAsync(
                connection.Sql(
                    """
                    DELETE FROM notices n USING unnest($2::uuid[], $3::uuid[]) AS t (conversation_id, user_id)
                    WHERE n.tenant_id = $1 AND n.user_id = t.user_id AND n.conversation_id = t.conversation_id AND n.kind = 'Assigned' AND n.read_at IS NULL
                    RETURNING n.user_id
                    """,
                    tenant.Value,
                    lost.Select(l => l.Conversation.Value).ToArray(),
                    lost.Select(l => l.User.Value).ToArray()
                ),
                tenant,
                ct
            );

    private static NpgsqlParameter Uuids(IEnumerable<Guid?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private static async Task<IReadOnlyList<NoticesChanged>> RemoveAsync(NpgsqlCommand command, TenantId tenant, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var users = new HashSet<UserId>();
            while (await reader.ReadAsync(ct))
            {
                users.Add(new UserId(reader.GetGuid(0)));
            }

            return [.. users.Select(u => new NoticesChanged(tenant, u))];
        }
    }
}
