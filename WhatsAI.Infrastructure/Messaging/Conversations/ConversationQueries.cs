using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>The inbox list and what stands around a thread, of the numbers the member sees.</summary>
public sealed class ConversationQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 50;

    /// <summary>The rows below <paramref name="after"/>, or the first ones.</summary>
    public async Task<ConversationPage> PageAsync(InboxFilter filter, ConversationKey? after = null, CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var carried = filter.LabelId is { } label
            ? await ListSql.CarriersAsync(scope.Connection, member.TenantId, label, ct)
            : LabelCarriers.Many;
        var rows = await ConversationSql.RowsAsync(
            ListSql.Page(scope.Connection, member.TenantId, member.Numbers, filter, after, PageSize, carried),
            ct
        );
        var more = rows.Count > PageSize;
        return new ConversationPage(more ? rows[..PageSize] : rows, more);
    }

    public async Task<InboxSummary> SummaryAsync(CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return (await SummarySql.ReadAsync(scope.Connection, member.TenantId, ct)).Of(member.Numbers);
    }

    /// <summary>Null for a conversation that is not this tenant's, not of a number the member sees, or is none.</summary>
    public async Task<ConversationView?> FindAsync(ConversationId id, CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var rows = await ConversationSql.RowsAsync(ConversationSql.ByIds(scope.Connection, member.TenantId, member.Numbers, [id]), ct);
        if (rows is not [var row])
        {
            return null;
        }

        var gaps = await GapsAsync(scope.Connection, row, ct);
        if (row.ContactId is not { } contact)
        {
            return new ConversationView(row, null, null, [], []) { Gaps = gaps };
        }

        var (pushName, since) = await ContactAsync(scope.Connection, contact, ct);
        var identities = await IdentitiesAsync(scope.Connection, contact, ct);
        var others = await ConversationSql.RowsAsync(
            ConversationSql.OfContact(scope.Connection, member.TenantId, member.Numbers, contact, id, limit: 20),
            ct
        );
        return new ConversationView(row, pushName == row.Name ? null : pushName, since, identities, others)
        {
            Gaps = gaps,
            Blocked = await BlockedAsync(scope.Connection, row.Id, ct),
            Episode = await EpisodeAsync(scope.Connection, row.Id, ct),
        };
    }

    /// <summary>Those that brought something to it, and those of which nobody knows what they would have brought.</summary>
    private async Task<List<GapRow>> GapsAsync(NpgsqlConnection connection, ConversationRow row, CancellationToken ct)
    {
        await using var command = connection.Sql(
            $"""
            SELECT {GapRow.Columns}, coalesce(c.recovered, 0)::bigint
            FROM gaps g LEFT JOIN gap_conversations c ON c.tenant_id = g.tenant_id AND c.gap_id = g.id AND c.conversation_id = $3
            WHERE g.tenant_id = $1 AND g.instance_id = $2 AND g.created_at > now() - interval '2 days'
                AND (g.ended_at IS NULL OR g.ended_at > now() - interval '1 day')
                AND (c.recovered > 0 OR g.state IN ('NothingKept', 'Unanswered') OR (g.state = 'Filling' AND g.failure IS NOT NULL))
            ORDER BY g.created_at DESC LIMIT 3
            """,
            member.TenantId.Value,
            row.InstanceId.Value,
            row.Id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var gaps = new List<GapRow>();
        while (await reader.ReadAsync(ct))
        {
            gaps.Insert(0, GapRow.Read(reader, 0));
        }

        return gaps;
    }

    private async Task<EpisodeTimes?> EpisodeAsync(NpgsqlConnection connection, ConversationId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT h.sla, e.first_reply_at, e.first_due_at, n.met, n.all_of, e.resolved_at, e.resolve_due_at, s.asked_at, s.score
            FROM conversation_heads h JOIN episodes e ON e.id = h.episode_id
            LEFT JOIN surveys s ON s.tenant_id = $1 AND s.episode_id = e.id, LATERAL (
                SELECT count(*) FILTER (WHERE r.answered_at <= r.due_at) AS met, count(r.due_at) AS all_of
                FROM next_replies r WHERE r.tenant_id = $1 AND r.episode_id = e.id
            ) n
            WHERE h.tenant_id = $1 AND h.conversation_id = $2
            """,
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var times = new EpisodeTimes(
            reader.TextOrNull(0) is { } clock ? SlaClock.Read(clock) : null,
            reader.TimeOrNull(1),
            reader.TimeOrNull(2),
            (int)reader.GetInt64(3),
            (int)reader.GetInt64(4),
            reader.TimeOrNull(5),
            reader.TimeOrNull(6)
        )
        {
            AskedAt = reader.TimeOrNull(7),
            Score = reader.IsDBNull(8) ? null : reader.GetInt32(8),
        };
        return times.IsEmpty ? null : times;
    }

    private async Task<BlockedRow?> BlockedAsync(NpgsqlConnection connection, ConversationId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT c.blocked_at, u.display_name FROM conversations c LEFT JOIN users u ON u.id = c.blocked_by
            WHERE c.tenant_id = $1 AND c.id = $2 AND c.blocked_at IS NOT NULL
            """,
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new BlockedRow(reader.Time(0), reader.TextOrNull(1)) : null;
    }

    private async Task<(string? PushName, DateTimeOffset? Since)> ContactAsync(
        NpgsqlConnection connection,
        ContactId id,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT push_name, created_at FROM contacts WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.TextOrNull(0), reader.Time(1)) : (null, null);
    }

    private async Task<List<IdentityRow>> IdentitiesAsync(NpgsqlConnection connection, ContactId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT kind, value, jid FROM contact_identities WHERE tenant_id = $1 AND contact_id = $2 ORDER BY kind DESC, first_seen_at LIMIT 20",
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var identities = new List<IdentityRow>();
        while (await reader.ReadAsync(ct))
        {
            identities.Add(new IdentityRow(reader.Enum<IdentityKind>(0), reader.GetString(1), reader.GetString(2)));
        }

        return identities;
    }
}
