using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>The list's reads. The connection has entered the tenant; the tenant stands in the text too, because the index begins with it.</summary>
internal static class ConversationSql
{
    private const string Columns =
        "h.conversation_id, h.kind, c.contact_id, coalesce(p.name, p.push_name, c.title), p.phone, p.picture_id, h.instance_id, i.name, "
        + "h.status, h.last_at, h.last_preview, h.last_kind, h.last_direction, h.last_delivery, h.unread, h.assignee_id, a.display_name, h.team_id, t.name, h.priority, h.snoozed_until, h.waiting_since, "
        + "(SELECT array_agg(l.label_id ORDER BY l.label_id) FROM conversation_labels l WHERE l.tenant_id = h.tenant_id AND l.conversation_id = h.conversation_id), h.sla";

    /// <summary>Where a conversation's counterpart is written to, of a conversation "c": the group, or the person's phone before his LID.</summary>
    public const string ChatColumn =
        "coalesce(c.group_jid, (SELECT j.jid FROM contact_identities j WHERE j.tenant_id = c.tenant_id AND j.contact_id = c.contact_id "
        + "ORDER BY j.kind DESC, j.first_seen_at DESC LIMIT 1))";

    private const string Joins = """
         h
        JOIN conversations c ON c.tenant_id = h.tenant_id AND c.id = h.conversation_id
        JOIN instances i ON i.tenant_id = h.tenant_id AND i.id = h.instance_id
        LEFT JOIN contacts p ON p.tenant_id = h.tenant_id AND p.id = c.contact_id
        LEFT JOIN users a ON a.id = h.assignee_id
        LEFT JOIN teams t ON t.tenant_id = h.tenant_id AND t.id = h.team_id
        """;

    private const string NewestFirst = "h.last_at DESC, h.conversation_id DESC";

    private const string LapseFirst =
        "h.lapse_at NULLS LAST, CASE WHEN h.lapse_at IS NULL THEN h.last_at END DESC, "
        + "CASE WHEN h.lapse_at IS NOT NULL THEN h.conversation_id END, h.conversation_id DESC";

    /// <summary>One page below <paramref name="after"/>, one row more than asked so that it is known whether there are further ones.</summary>
    /// <param name="connection">In the tenant.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="numbers">What the member sees; null: all.</param>
    /// <param name="filter">Which list.</param>
    /// <param name="after">The last row shown.</param>
    /// <param name="size">Rows to show.</param>
    public static NpgsqlCommand Page(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        InboxFilter filter,
        ConversationKey? after,
        int size
    )
    {
        IReadOnlyCollection<InstanceId>? only =
            filter.InstanceId is not { } id ? numbers
            : numbers is null || numbers.Contains(id) ? [id]
            : [];
        // The page is cut from the index before anything is joined: of one number, or of a few, each from its own part of the index. One agent's and one
        // team's are few: their numbers are looked at row by row.
        var narrow = filter.Whose?.Assignee is not null || filter.TeamId is not null;
        var (from, one) = only switch
        {
            null => ("", ""),
            { Count: 1 } => ("", "AND instance_id = $6[1]"),
            _ when narrow => ("", "AND instance_id = ANY ($6)"),
            _ => ("unnest($6) AS seen (number) CROSS JOIN LATERAL", "AND instance_id = seen.number"),
        };
        var whose = filter.Whose switch
        {
            null => "",
            { Assignee: null } => "AND assignee_id IS NULL",
            _ => "AND assignee_id = $7",
        };
        // By a label as a join, which is unique: a rare label's few are looked up and sorted, with a common one the walk goes on and each row is asked. Which
        // is cheaper the planner knows from how often the label occurs, for these commands are planned with their values.
        var labelled = filter.LabelId is null
            ? ""
            : "JOIN (SELECT conversation_id AS labelled FROM conversation_labels WHERE tenant_id = $1 AND label_id = $9) l ON labelled = conversation_id";
        var priority = filter.Priority is null ? "" : "AND priority = $10";
        var scope = $"""
            SELECT conversation_heads.* FROM conversation_heads {labelled}
            WHERE tenant_id = $1 AND kind = $11 AND status = $2 {one} {(filter.UnreadOnly ? "AND unread > 0" : "")} {whose}
                {(filter.TeamId is null ? "" : "AND team_id = $8")} {priority}
            """;
        var newest = $"{scope} AND (last_at, conversation_id) < ($3, $4)";
        // Two walks, one after the other: where the first fills the page, the second is not begun.
        var cut =
            filter.Order == InboxOrder.Newest
                ? $"({newest} ORDER BY last_at DESC, conversation_id DESC LIMIT $5)"
                : $"""
                    (
                        SELECT * FROM (
                            ({scope} AND lapse_at IS NOT NULL AND (lapse_at, conversation_id) > ($12, $13) ORDER BY lapse_at, conversation_id LIMIT $5)
                            UNION ALL
                            ({newest} AND lapse_at IS NULL ORDER BY last_at DESC, conversation_id DESC LIMIT $5)
                        ) walks LIMIT $5
                    )
                    """;
        var order = filter.Order == InboxOrder.Newest ? NewestFirst : LapseFirst;
        var page = from.Length == 0 ? cut : $"(SELECT h.* FROM {from} {cut} h ORDER BY {order} LIMIT $5)";
        var command = connection.Sql(
            $"""
            SELECT {Columns}
            FROM {page}{Joins}
            ORDER BY {order}
            """,
            tenant.Value,
            filter.Status.ToString(),
            (after is { LapseAt: null } ? after.LastAt : DateTimeOffset.MaxValue).UtcDateTime,
            after is { LapseAt: null } ? after.Id.Value : Guid.AllBitsSet,
            size + 1,
            NumberSight.Parameter(only),
            Uuid(filter.Whose?.Assignee?.Value),
            Uuid(filter.TeamId?.Value),
            Uuid(filter.LabelId?.Value),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)filter.Priority?.ToString() ?? DBNull.Value },
            filter.Kind.ToString(),
            // Of a place among those without a lapse: behind all that have one.
            (after is null ? DateTimeOffset.MinValue : after.LapseAt ?? DateTimeOffset.MaxValue).UtcDateTime,
            after?.LapseAt is null ? Guid.AllBitsSet : after.Id.Value
        );
        return command;
    }

    private static NpgsqlParameter Uuid(Guid? value) => new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)value ?? DBNull.Value };

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

    public static NpgsqlCommand Counts(NpgsqlConnection connection, TenantId tenant) =>
        connection.Sql(
            "SELECT instance_id, status, assignee_id, team_id, conversations, unread, kind FROM conversation_counts WHERE tenant_id = $1 AND conversations > 0",
            tenant.Value
        );

    public static NpgsqlCommand Numbers(NpgsqlConnection connection, TenantId tenant) =>
        connection.Sql(
            """
            SELECT i.id, i.name, s.phone, s.state, i.deleted_at IS NOT NULL
            FROM instances i LEFT JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
            WHERE i.tenant_id = $1 ORDER BY i.name
            """,
            tenant.Value
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

    public static async Task<InboxSummary> SummaryAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        var counts = new List<InboxCount>();
        await using (var command = Counts(connection, tenant))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                counts.Add(
                    new InboxCount(
                        new InstanceId(reader.GetGuid(0)),
                        reader.Enum<ConversationStatus>(1),
                        reader.GetGuid(2) is var user && user != Guid.Empty ? new UserId(user) : null,
                        reader.GetGuid(3) is var team && team != Guid.Empty ? new TeamId(team) : null,
                        reader.GetInt32(4),
                        reader.GetInt32(5)
                    )
                    {
                        Kind = reader.Enum<ConversationKind>(6),
                    }
                );
            }
        }

        var numbers = new List<InboxNumber>();
        await using (var command = Numbers(connection, tenant))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                numbers.Add(
                    new InboxNumber(
                        new InstanceId(reader.GetGuid(0)),
                        reader.GetString(1),
                        reader.TextOrNull(2),
                        reader.EnumOrNull<InstanceState>(3) ?? InstanceState.Unknown,
                        reader.GetBoolean(4)
                    )
                );
            }
        }

        var teams = new List<InboxTeam>();
        await using (var command = connection.Sql("SELECT id, name FROM teams WHERE tenant_id = $1 ORDER BY lower(name)", tenant.Value))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                teams.Add(new InboxTeam(new TeamId(reader.GetGuid(0)), reader.GetString(1)));
            }
        }

        var labels = new List<InboxLabel>();
        await using (
            var command = connection.Sql("SELECT id, name, colour FROM labels WHERE tenant_id = $1 ORDER BY folded_name", tenant.Value)
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                labels.Add(new InboxLabel(new LabelId(reader.GetGuid(0)), reader.GetString(1), reader.GetInt32(2)));
            }
        }

        return new InboxSummary(counts, numbers) { Teams = teams, Labels = labels };
    }
}
