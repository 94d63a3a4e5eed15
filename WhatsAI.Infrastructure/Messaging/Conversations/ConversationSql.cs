using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>A conversation's row as lists show it. The connection has entered the tenant; the tenant stands in the text too, because the indexes begin with it.</summary>
internal static class ConversationSql
{
    internal const string Columns =
        "h.conversation_id, h.kind, c.contact_id, coalesce(p.name, p.push_name, c.title), p.phone, p.picture_id, h.instance_id, i.name, "
        + "h.status, h.last_at, h.last_preview, h.last_kind, h.last_direction, h.last_delivery, h.unread, h.assignee_id, a.display_name, h.team_id, t.name, h.priority, h.snoozed_until, h.waiting_since, "
        + "(SELECT array_agg(l.label_id ORDER BY l.label_id) FROM conversation_labels l WHERE l.tenant_id = h.tenant_id AND l.conversation_id = h.conversation_id), h.sla";

    /// <summary>Where a conversation's counterpart is written to, of a conversation "c": the group, or the person's phone before his LID.</summary>
    public const string ChatColumn =
        "coalesce(c.group_jid, (SELECT j.jid FROM contact_identities j WHERE j.tenant_id = c.tenant_id AND j.contact_id = c.contact_id "
        + "ORDER BY j.kind DESC, j.first_seen_at DESC LIMIT 1))";

    internal const string Joins = """
         h
        JOIN conversations c ON c.tenant_id = h.tenant_id AND c.id = h.conversation_id
        JOIN instances i ON i.tenant_id = h.tenant_id AND i.id = h.instance_id
        LEFT JOIN contacts p ON p.tenant_id = h.tenant_id AND p.id = c.contact_id
        LEFT JOIN users a ON a.id = h.assignee_id
        LEFT JOIN teams t ON t.tenant_id = h.tenant_id AND t.id = h.team_id
        """;

    public static NpgsqlCommand ByIds(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        IEnumerable<ConversationId> ids
    ) =>
        connection.Sql(
            $"""
            SELECT {Columns} FROM conversation_heads{Joins}
            WHERE h.tenant_id = $1 AND h.conversation_id = ANY($2) AND {NumberSight.In("h.instance_id", 3)}
            """,
            tenant.Value,
            ids.Select(id => id.Value).ToArray(),
            NumberSight.Parameter(numbers)
        );

    public static NpgsqlCommand OfContact(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        ContactId contact,
        ConversationId but,
        int limit
    ) =>
        connection.Sql(
            $"""
            SELECT {Columns} FROM conversation_heads{Joins}
            WHERE h.tenant_id = $1 AND c.tenant_id = $1 AND c.contact_id = $2 AND c.id <> $3 AND {NumberSight.In("h.instance_id", 5)}
            ORDER BY h.last_at DESC, h.conversation_id DESC LIMIT $4
            """,
            tenant.Value,
            contact.Value,
            but.Value,
            limit,
            NumberSight.Parameter(numbers)
        );

    public static async Task<List<ConversationRow>> RowsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var rows = new List<ConversationRow>();
            while (await reader.ReadAsync(ct))
            {
                rows.Add(
                    new ConversationRow(
                        new ConversationId(reader.GetGuid(0)),
                        reader.Enum<ConversationKind>(1),
                        reader.GuidOrNull(2) is { } contact ? new ContactId(contact) : null,
                        reader.TextOrNull(3),
                        reader.TextOrNull(4),
                        reader.GuidOrNull(5) is { } picture ? new MediaId(picture) : null,
                        new InstanceId(reader.GetGuid(6)),
                        reader.GetString(7),
                        reader.Enum<ConversationStatus>(8),
                        reader.Time(9),
                        reader.GetString(10),
                        reader.Enum<MessageKind>(11),
                        reader.Enum<MessageDirection>(12),
                        reader.EnumOrNull<DeliveryState>(13),
                        reader.GetInt32(14)
                    )
                    {
                        AssigneeId = reader.GuidOrNull(15) is { } assignee ? new UserId(assignee) : null,
                        AssigneeName = reader.TextOrNull(16),
                        TeamId = reader.GuidOrNull(17) is { } team ? new TeamId(team) : null,
                        TeamName = reader.TextOrNull(18),
                        Priority = reader.Enum<ConversationPriority>(19),
                        SnoozedUntil = reader.IsDBNull(20) ? null : reader.Time(20),
                        WaitingSince = reader.IsDBNull(21) ? null : reader.Time(21),
                        Labels = reader.IsDBNull(22)
                            ? LabelSet.Empty
                            : new LabelSet([.. reader.GetFieldValue<Guid[]>(22).Select(l => new LabelId(l))]),
                        Lapse = reader.TextOrNull(23) is { } sla ? SlaClock.Read(sla)?.Next : null,
                    }
                );
            }

            return rows;
        }
    }
}
