using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>
/// Tells our own sends from others'. The gateway's echo of a send comes before its answer and carries no id of ours: while an attempt is in flight on the
/// instance it is held; one in doubt is settled by it when chat, kind and text agree; else another program sent it, and it is shown as from the phone.
/// </summary>
internal static class Echoes
{
    /// <summary>An attempt older than this is no longer looked for in echoes.</summary>
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(15);

    // WhatsApp's clock is not ours.
    private static readonly TimeSpan _before = TimeSpan.FromMinutes(2);

    /// <summary>What is to be stored as messages: all that is no echo, and the echoes of other programs' sends.</summary>
    public static async Task<List<SeenMessage>> SortAsync(InboundContext context, List<SeenMessage> seen, CancellationToken cancellation)
    {
        if (!seen.Exists(s => s.As == SeenAs.Echo))
        {
            return seen;
        }

        var known = await KnownAsync(context, seen, cancellation);
        var doubtful = await InDoubtAsync(context, SinceOf(context, seen), cancellation);
        var messages = new List<SeenMessage>();
        foreach (var one in seen)
        {
            if (one.As != SeenAs.Echo)
            {
                messages.Add(one);
            }
            else if (!known.Contains(one.Message.ProviderId))
            {
                await DecideAsync(context, one, doubtful, messages, cancellation);
            }
        }

        return messages;
    }

    private static async Task DecideAsync(
        InboundContext context,
        SeenMessage echo,
        List<InDoubt> doubtful,
        List<SeenMessage> messages,
        CancellationToken cancellation
    )
    {
        var ours = doubtful.FindAll(d => d.Matches(echo));
        var perhapsInFlight =
            ours.Exists(d => d.State == DeliveryState.Sending)
            || (ours.Count == 0 && doubtful.Exists(d => d.State == DeliveryState.Sending && d.IsOfItsTime(echo)));
        if (perhapsInFlight)
        {
            // Perhaps the one in flight: its answer will name the id. What it does not name comes back here.
            await HoldAsync(context, echo, cancellation);
        }
        else if (ours is [var settled, ..])
        {
            doubtful.Remove(settled);
            await SettleAsync(context, settled, echo.Message, cancellation);
        }
        else
        {
            messages.Add(echo);
        }
    }

    private static async Task<HashSet<string>> KnownAsync(InboundContext context, List<SeenMessage> seen, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            "SELECT provider_id FROM messages WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3)",
            context.Tenant.Value,
            context.Instance.Value,
            seen.FindAll(s => s.As == SeenAs.Echo).ConvertAll(s => s.Message.ProviderId).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            known.Add(reader.GetString(0));
        }

        return known;
    }

    /// <summary>What is found at the gateway may be the echo of an attempt that was given up for in doubt long ago: its own time decides then.</summary>
    private static DateTimeOffset SinceOf(InboundContext context, List<SeenMessage> seen)
    {
        var found = seen.FindAll(s => s is { As: SeenAs.Echo, Item.Gap: not null });
        var oldest = found.Count == 0 || context.Now < found.Min(s => s.SentAt) ? context.Now : found.Min(s => s.SentAt);
        return oldest - _window;
    }

    private static async Task<List<InDoubt>> InDoubtAsync(InboundContext context, DateTimeOffset since, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            """
            SELECT m.id, m.conversation_id, m.kind, m.text, m.delivery, m.attempted_at, c.group_jid,
                array(SELECT i.kind || ':' || i.value FROM contact_identities i WHERE i.tenant_id = $1 AND i.contact_id = c.contact_id)
            FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
            WHERE m.tenant_id = $1 AND m.instance_id = $2 AND m.delivery IN ('Sending', 'Unconfirmed') AND m.attempted_at > $3
            ORDER BY m.attempted_at
            """,
            context.Tenant.Value,
            context.Instance.Value,
            since.ToUniversalTime()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var doubtful = new List<InDoubt>();
        while (await reader.ReadAsync(cancellation))
        {
            doubtful.Add(
                new InDoubt(
                    new MessageId(reader.GetGuid(0)),
                    new ConversationId(reader.GetGuid(1)),
                    Enum.Parse<MessageKind>(reader.GetString(2)),
                    reader.GetString(3),
                    Enum.Parse<DeliveryState>(reader.GetString(4)),
                    reader.GetFieldValue<DateTimeOffset>(5),
                    reader.IsDBNull(6) ? null : reader.GetString(6),
                    reader.GetFieldValue<string[]>(7)
                )
            );
        }

        return doubtful;
    }

    private static async Task HoldAsync(InboundContext context, SeenMessage echo, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            """
            INSERT INTO held_echoes (tenant_id, instance_id, provider_id, journal_id, held_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
            """,
            context.Tenant.Value,
            context.Instance.Value,
            echo.Message.ProviderId,
            echo.Item.JournalId,
            context.Now.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task SettleAsync(InboundContext context, InDoubt doubt, GatewayMessage echo, CancellationToken cancellation)
    {
        var state = await WaitingReceipts.TakeAsync(
            context.Connection,
            context.Tenant.Value,
            context.Instance.Value,
            echo.ProviderId,
            DeliveryState.Sent,
            cancellation
        );
        await Outbound.LedgerSql.ConfirmAsync(context.Connection, context.Tenant, doubt.Id, echo.ProviderId, state, cancellation);
        Outbound.LedgerMeter.Settled();
        context.Changes.Add(new MessageChanged(context.Tenant, doubt.Conversation, doubt.Id));
        context.Changes.Add(new ConversationChanged(context.Tenant, doubt.Conversation));
    }

    private sealed record InDoubt(
        MessageId Id,
        ConversationId Conversation,
        MessageKind Kind,
        string Text,
        DeliveryState State,
        DateTimeOffset AttemptedAt,
        string? GroupJid,
        string[] Identities
    )
    {
        /// <summary>An echo that came by itself is of now, as is every attempt that is looked for; one that was found may be days old.</summary>
        public bool IsOfItsTime(SeenMessage echo) =>
            echo.Item.Gap is null || (echo.SentAt > AttemptedAt - _before && echo.SentAt < AttemptedAt + _window);

        public bool Matches(SeenMessage echo)
        {
            var message = echo.Message;
            return IsOfItsTime(echo)
                && message.Body.Kind == Kind
                && string.Equals(message.Body.Plain, Text, StringComparison.Ordinal)
                && (
                    string.Equals(message.Chat.Value, GroupJid, StringComparison.Ordinal)
                    || new[] { message.Chat, message.ChatAlt }
                        .OfType<Jid>()
                        .Select(IdentityKey.Of)
                        .OfType<IdentityKey>()
                        .Any(k => Identities.Contains($"{k.Kind}:{k.Value}"))
                );
        }
    }
}
