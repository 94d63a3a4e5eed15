using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>An answer of a person.</summary>
/// <param name="Asked">Since when the customer had waited for it; null: he had not.</param>
/// <param name="By">Null: whoever holds the phone.</param>
/// <param name="At">When it was given.</param>
/// <param name="Dues">When it was due.</param>
public sealed record Replied(DateTimeOffset? Asked, UserId? By, DateTimeOffset At, SlaReplyDues Dues);

/// <summary>Opens, answers and closes episodes, in the caller's transaction with the head locked.</summary>
public static class Episodes
{
    /// <summary>The head with a fresh episode when the change opens the conversation: it is new, or was resolved before.</summary>
    public static async Task<ConversationHead> OpenIfNeededAsync(
        NpgsqlConnection connection,
        ConversationHead? before,
        ConversationHead after,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var opens =
            after.Status != ConversationStatus.Resolved
            && (before is null or { Status: ConversationStatus.Resolved } || after.EpisodeId is null);
        if (!opens)
        {
            return after;
        }

        var episode = Id.New<EpisodeId>(now);
        await using var command = connection.Sql(
            "INSERT INTO episodes (id, tenant_id, conversation_id, opened_at, instance_id, kind, team_id) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            episode.Value,
            after.TenantId.Value,
            after.ConversationId.Value,
            now.ToUniversalTime(),
            after.InstanceId.Value,
            after.Kind.ToString(),
            Team(after)
        );
        await command.ExecuteNonQueryAsync(cancellation);
        return after with { EpisodeId = episode };
    }

    /// <summary>An answer of a person: the episode's first is written in it, a later one that the customer waited for beside it.</summary>
    /// <param name="connection">The caller's.</param>
    /// <param name="head">As it is after the answer.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task RepliedAsync(NpgsqlConnection connection, ConversationHead head, Replied reply, CancellationToken cancellation)
    {
        if (head.EpisodeId is not { } episode)
        {
            return;
        }

        await using var command = connection.Sql(
            """
            WITH first AS (
                UPDATE episodes SET first_reply_at = $2, asked_at = $3, first_reply_by = $4, team_id = $5, first_due_at = $6
                WHERE id = $1 AND first_reply_at IS NULL RETURNING id
            )
            INSERT INTO next_replies (tenant_id, episode_id, conversation_id, instance_id, kind, team_id, by_id, asked_at, answered_at, due_at)
            SELECT $8, $1, $11, $9, $10, $5, $4, $3, $2, $7 WHERE $3 IS NOT NULL AND NOT EXISTS (SELECT FROM first)
            ON CONFLICT DO NOTHING
            """,
            episode.Value,
            reply.At.ToUniversalTime(),
            Time(reply.Asked),
            new NpgsqlParameter { Value = (object?)reply.By?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            Team(head),
            Time(reply.Dues.First),
            Time(reply.Dues.Next),
            head.TenantId.Value,
            head.InstanceId.Value,
            head.Kind.ToString(),
            head.ConversationId.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task ResolvedAsync(
        NpgsqlConnection connection,
        ConversationHead head,
        UserId by,
        DateTimeOffset? due,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (head.EpisodeId is not { } episode)
        {
            return;
        }

        // Who was not answered in time and then resolved was not answered in time.
        var missed = head.Sla is { Answered: false, Reply: { } reply } && reply.At < now ? reply.At : (DateTimeOffset?)null;
        await using var command = connection.Sql(
            """
            UPDATE episodes SET resolved_at = $2, resolved_by = $3, team_id = $4, resolve_due_at = $5,
                first_due_at = CASE WHEN first_reply_at IS NULL THEN $6 ELSE first_due_at END
            WHERE id = $1 AND resolved_at IS NULL
            """,
            episode.Value,
            now.ToUniversalTime(),
            by.Value,
            Team(head),
            Time(due),
            Time(missed)
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The resolution is taken back: the same episode goes on as if it had not been.</summary>
    public static async Task ReopenAsync(NpgsqlConnection connection, ConversationHead head, CancellationToken cancellation)
    {
        if (head.EpisodeId is not { } episode)
        {
            return;
        }

        await using var command = connection.Sql(
            """
            UPDATE episodes SET resolved_at = NULL, resolved_by = NULL, resolve_due_at = NULL,
                first_due_at = CASE WHEN first_reply_at IS NOT NULL THEN first_due_at END
            WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3
            """,
            head.TenantId.Value,
            head.ConversationId.Value,
            episode.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The opening is taken back: its episode never was. Gives the one before it, or this one where there is none.</summary>
    public static async Task<EpisodeId?> ForgetAsync(NpgsqlConnection connection, ConversationHead head, CancellationToken cancellation)
    {
        if (head.EpisodeId is not { } episode)
        {
            return null;
        }

        await using var command = connection.Sql(
            """
            WITH before AS (
                SELECT id FROM episodes WHERE tenant_id = $1 AND conversation_id = $2 AND id <> $3 ORDER BY opened_at DESC, id DESC LIMIT 1
            ), gone AS (
                DELETE FROM episodes WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3 AND EXISTS (SELECT FROM before)
            )
            SELECT id FROM before
            """,
            head.TenantId.Value,
            head.ConversationId.Value,
            episode.Value
        );
        return await command.ExecuteScalarAsync(cancellation) is Guid id ? new EpisodeId(id) : episode;
    }

    /// <summary>The conversations were given to teams, or taken from them; what was resolved stays with the team that resolved it.</summary>
    public static async Task GivenAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<ConversationHead> heads,
        CancellationToken cancellation
    )
    {
        if (heads.Count == 0)
        {
            return;
        }

        await using var command = connection.Sql(
            """
            UPDATE episodes e SET team_id = h.team FROM unnest($1::uuid[], $2::uuid[]) AS h(id, team)
            WHERE e.id = h.id AND e.resolved_at IS NULL AND e.team_id IS DISTINCT FROM h.team
            """,
            heads.Select(h => h.EpisodeId?.Value).ToArray(),
            heads.Select(h => h.TeamId?.Value).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Time(DateTimeOffset? time) =>
        new() { Value = (object?)time?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter Team(ConversationHead head) =>
        new() { Value = (object?)head.TeamId?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };
}
