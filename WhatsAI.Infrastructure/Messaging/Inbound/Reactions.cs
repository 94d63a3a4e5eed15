using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Reactions, one per person and message; the later by the actor's phone wins. One taken back stays as an empty row, so that a late older one does not revive it.</summary>
internal static class Reactions
{
    public static async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var last = new Dictionary<(string Target, string Actor), (string Emoji, DateTimeOffset At)>();
        foreach (var item in context.Items)
        {
            foreach (var reaction in item.Events.OfType<ReactionChanged>())
            {
                var key = (reaction.TargetId, reaction.FromMe ? "me" : (reaction.Actor ?? reaction.Chat).Value);
                var at = reaction.At ?? item.ReceivedAt;
                if (!last.TryGetValue(key, out var before) || at >= before.At)
                {
                    var emoji = reaction.Emoji ?? "";
                    last[key] = (emoji.Length > 64 ? "" : emoji, at);
                }
            }
        }

        if (last.Count == 0)
        {
            return;
        }

        await using (
            var command = context.Connection.Sql(
                """
                INSERT INTO reactions AS r (tenant_id, instance_id, target_provider_id, actor, emoji, at)
                SELECT $1, $2, t.* FROM unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[]) AS t
                ON CONFLICT (tenant_id, instance_id, target_provider_id, actor) DO UPDATE SET emoji = excluded.emoji, at = excluded.at
                WHERE r.at <= excluded.at
                """,
                context.Tenant.Value,
                context.Instance.Value,
                last.Keys.Select(k => k.Target).ToArray(),
                last.Keys.Select(k => k.Actor).ToArray(),
                last.Values.Select(v => v.Emoji).ToArray(),
                last.Values.Select(v => v.At.ToUniversalTime()).ToArray()
            )
        )
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await MessageChanges.AnnounceAsync(context, last.Keys.Select(k => k.Target), cancellation);
    }
}
