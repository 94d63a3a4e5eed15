using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>How many conversations carry a label.</summary>
internal enum LabelCarriers
{
    Few,
    Many,
}

/// <summary>A page of the list, cut from an index. The connection has entered the tenant.</summary>
internal static class ListSql
{
    /// <summary>So many are looked up and sorted within a list's time, wherever they stand.</summary>
    internal const int Few = 10_000;

    private const string Labelled = "SELECT conversation_id AS labelled FROM conversation_labels WHERE tenant_id = $1 AND label_id = $9";

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
    /// <param name="carried">How many carry the label that the filter asks for, where it asks for one.</param>
    public static NpgsqlCommand Page(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        InboxFilter filter,
        ConversationKey? after,
        int size,
        LabelCarriers carried = LabelCarriers.Many
    )
    {
        IReadOnlyCollection<InstanceId>? only =
            filter.InstanceId is not { } id ? numbers
            : numbers is null || numbers.Contains(id) ? [id]
            : [];
        // The page is cut from the index before anything is joined: of one number, or of a few, each from its own part of the index. One agent's and one
        // team's are few: their numbers are looked at row by row.
        var looksUp = filter.LabelId is not null && carried == LabelCarriers.Few;
        var narrow = looksUp || filter.Whose?.Assignee is not null || filter.TeamId is not null;
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
        var heads = (filter.LabelId is null, looksUp) switch
        {
            (true, _) => "conversation_heads",
            (_, true) =>
                $"({Labelled}) l CROSS JOIN LATERAL (SELECT * FROM conversation_heads WHERE tenant_id = $1 AND conversation_id = labelled LIMIT 1) conversation_heads",
            _ => $"conversation_heads JOIN ({Labelled}) l ON labelled = conversation_id",
        };
        var priority = filter.Priority is null ? "" : "AND priority = $10";
        var scope = $"""
            SELECT conversation_heads.* FROM {heads}
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
            SELECT {ConversationSql.Columns}
            FROM {page}{ConversationSql.Joins}
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

    /// <summary>
    /// Whether a label's conversations are looked up, or met on the way through the list. The planner would choose by how often the label occurs, and cannot
    /// know that it may be on old conversations only, behind hundreds of thousands of others.
    /// </summary>
    public static async Task<LabelCarriers> CarriersAsync(NpgsqlConnection connection, TenantId tenant, LabelId label, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT count(*) FROM (SELECT FROM conversation_labels WHERE tenant_id = $1 AND label_id = $2 LIMIT $3) c",
            tenant.Value,
            label.Value,
            Few + 1
        );
        return await command.ExecuteScalarAsync(ct) is > (long)Few ? LabelCarriers.Many : LabelCarriers.Few;
    }

    private static NpgsqlParameter Uuid(Guid? value) => new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)value ?? DBNull.Value };
}
