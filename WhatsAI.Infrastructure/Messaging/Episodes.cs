using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

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
            "INSERT INTO episodes (id, tenant_id, conversation_id, opened_at) VALUES ($1, $2, $3, $4)",
            episode.Value,
            after.TenantId.Value,
            after.ConversationId.Value,
            now.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(cancellation);
        return after with { EpisodeId = episode };
    }

    /// <summary>The first answer of a person in the episode; later ones change nothing.</summary>
    public static async Task RepliedAsync(
        NpgsqlConnection connection,
        ConversationHead head,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (head.EpisodeId is not { } episode)
        {
            return;
        }

        await using var command = connection.Sql(
            "UPDATE episodes SET first_reply_at = $2 WHERE id = $1 AND first_reply_at IS NULL",
            episode.Value,
            now.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task ResolvedAsync(
        NpgsqlConnection connection,
        ConversationHead head,
        UserId by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (head.EpisodeId is not { } episode)
        {
            return;
        }

        await using var command = connection.Sql(
            "UPDATE episodes SET resolved_at = $2, resolved_by = $3 WHERE id = $1 AND resolved_at IS NULL",
            episode.Value,
            now.ToUniversalTime(),
            by.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
