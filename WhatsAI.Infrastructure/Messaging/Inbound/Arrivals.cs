using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Stores a batch's messages, each once by the gateway's own id, and moves their conversations' heads.</summary>
internal static class Arrivals
{
    public static async Task StoreAsync(
        InboundContext context,
        IReadOnlyList<SeenMessage> seen,
        IReadOnlyList<IInboundStep> steps,
        CancellationToken cancellation
    )
    {
        var people = await People.ResolveAsync(context, [.. seen.SelectMany(PeopleOf)], cancellation);
        if (seen.Count == 0)
        {
            return;
        }

        var (persons, groups) = await Threads.ResolveAsync(
            new ThreadPlace(context.Connection, context.Tenant, context.Instance, context.Now),
            [.. seen.Where(s => s.Message.Chat.IsPerson).Select(s => people[s.Message.Chat.Value]).Distinct()],
            [.. seen.Where(s => s.Message.Chat.Kind == JidKind.Group).Select(s => s.Message.Chat.Value).Distinct(StringComparer.Ordinal)],
            cancellation
        );
        var candidates = new List<Arrival>();
        foreach (var one in seen.DistinctBy(s => s.Message.ProviderId, StringComparer.Ordinal))
        {
            var message = one.Message;
            var contact = message.Chat.IsPerson ? people[message.Chat.Value] : (ContactId?)null;
            candidates.Add(
                new Arrival(
                    // The provider's times are whole seconds: within one, messages stand in the order they came.
                    Id.New<MessageId>(context.Now, candidates.Count),
                    contact is { } person ? persons[person] : groups[message.Chat.Value],
                    contact,
                    SenderOf(message, contact, people),
                    message,
                    one.SentAt,
                    message.FromMe ? FirstState(message) : null,
                    one.As == SeenAs.History,
                    one.Item.Gap
                )
            );
        }

        context.Arrivals.AddRange(await InsertAsync(context, candidates, cancellation));
        await Recoveries.NoteAsync(context, cancellation);
        await MoveHeadsAsync(context, steps, cancellation);
        await ArrivalCounts.WriteAsync(context, cancellation);
        Announce(context);
    }

    private static IEnumerable<PersonSeen> PeopleOf(SeenMessage seen)
    {
        var message = seen.Message;
        if (message.Chat.IsPerson)
        {
            yield return new PersonSeen(
                message.Chat,
                message.ChatAlt is { IsPerson: true } alt ? alt : null,
                message.FromMe ? null : message.PushName
            );
        }
        else if (!message.FromMe && message.Sender is { IsPerson: true } sender)
        {
            yield return new PersonSeen(sender, message.SenderAlt is { IsPerson: true } alt ? alt : null, message.PushName);
        }
    }

    private static ContactId? SenderOf(GatewayMessage message, ContactId? contact, Dictionary<string, ContactId> people) =>
        message.FromMe ? null
        : contact is not null ? contact
        : message.Sender is { } sender && people.TryGetValue(sender.Value, out var found) ? found
        : null;

    private static DeliveryState FirstState(GatewayMessage message) =>
        message.State is { } state and not (DeliveryState.Queued or DeliveryState.Sending or DeliveryState.Unconfirmed)
            ? state
            : DeliveryState.Sent;

    /// <summary>Those that were new. Whoever tries a second time, here or in another batch, finds the row.</summary>
    private static async Task<IEnumerable<Arrival>> InsertAsync(
        InboundContext context,
        List<Arrival> messages,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, provider_id, sent_at, created_at,
                sender_id, reply_to_provider_id, delivery, media_state, media_due_at, media_attempts, attempts, settle_count, recovered_at)
            SELECT t.id, $1, t.conversation_id, $2, t.direction, CASE WHEN t.direction = 'In' THEN 'Customer' ELSE 'Phone' END, t.kind, t.text, t.body,
                t.provider_id, t.sent_at, $3, t.sender_id, t.reply_to, t.delivery, CASE WHEN t.has_media THEN 'Pending' END,
                CASE WHEN t.has_media THEN $3 END, 0, 0, 0,
                CASE WHEN t.recovered THEN $3 END
            FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::text[], $11::timestamptz[], $12::uuid[], $13::text[],
                $14::text[], $15::bool[], $16::bool[]) AS t (id, conversation_id, direction, kind, text, body, provider_id, sent_at, sender_id, reply_to, delivery,
                has_media, recovered)
            ON CONFLICT (tenant_id, instance_id, provider_id) WHERE provider_id IS NOT NULL DO NOTHING
            RETURNING id
            """,
            context.Tenant.Value,
            context.Instance.Value,
            context.Now.ToUniversalTime(),
            messages.ConvertAll(m => m.Id.Value).ToArray(),
            messages.ConvertAll(m => m.Conversation.Value).ToArray(),
            messages.ConvertAll(m => m.Direction.ToString()).ToArray(),
            messages.ConvertAll(m => m.Message.Body.Kind.ToString()).ToArray(),
            messages.ConvertAll(m => m.Message.Body.Plain).ToArray(),
            new NpgsqlParameter
            {
                Value = messages.ConvertAll(m => MessageBodyJson.Write(m.Message.Body)).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            },
            messages.ConvertAll(m => m.Message.ProviderId).ToArray(),
            messages.ConvertAll(m => m.SentAt.ToUniversalTime()).ToArray(),
            messages.ConvertAll(m => m.Sender?.Value).ToArray(),
            messages.ConvertAll(m => m.Message.Quoted?.ProviderId).ToArray(),
            messages.ConvertAll(m => m.Delivery?.ToString()).ToArray(),
            messages.ConvertAll(m => m.Message.Body.File is not null).ToArray(),
            messages.ConvertAll(m => m.Gap is not null).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var inserted = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            inserted.Add(reader.GetGuid(0));
        }

        return messages.FindAll(m => inserted.Contains(m.Id.Value));
    }

    private static async Task MoveHeadsAsync(InboundContext context, IReadOnlyList<IInboundStep> steps, CancellationToken cancellation)
    {
        if (context.Arrivals.Count == 0)
        {
            return;
        }

        var heads = await HeadSql.LockAsync(
            context.Connection,
            context.Tenant,
            context.Arrivals.Select(a => a.Conversation).Distinct(),
            cancellation
        );
        var read = await Recoveries.ReadOnPhoneAsync(context, cancellation);
        foreach (var step in steps)
        {
            context.Quiet.UnionWith(await step.QuietAsync(context, heads, cancellation));
        }

        var counters = new ConversationCounters();
        var written = new List<ConversationHead>();
        foreach (var thread in context.Arrivals.GroupBy(a => a.Conversation))
        {
            var before = heads.GetValueOrDefault(thread.Key);
            var after = thread.Aggregate(
                before ?? NewHead(context, [.. thread]),
                (head, arrival) => HeadRules.After(head, ForHead(arrival, context.Quiet, read))
            );
            after = await Episodes.OpenIfNeededAsync(context.Connection, before, after, context.Now, cancellation);
            if (after.EpisodeId != before?.EpisodeId)
            {
                context.Opened.Add(thread.Key);
            }

            var answer = Answer(before, thread);
            after = context.Clock.Move(before, after, context.Now, answered: answer is not null);
            if (answer is { } reply)
            {
                var dues = context.Clock.DueOf(after, reply.Asked);
                await Episodes.RepliedAsync(context.Connection, after, new Replied(reply.Asked, By: null, reply.At, dues), cancellation);
            }

            written.Add(after);
            counters.Moved(before, after);
        }

        await HeadSql.WriteAsync(context.Connection, written, cancellation);
        await counters.ApplyAsync(context, cancellation);
    }

    /// <summary>The first answer on the phone, by the provider's time: what came late, after an interruption, was not answered late.</summary>
    private static (DateTimeOffset At, DateTimeOffset? Asked)? Answer(ConversationHead? before, IEnumerable<Arrival> thread)
    {
        var news = thread.Where(a => !a.History).OrderBy(a => a.SentAt).ToList();
        var asked = before?.WaitingSince is { } since ? [since] : Array.Empty<DateTimeOffset>();
        var questions = asked.Concat(news.Where(a => a.Direction == MessageDirection.In).Select(a => a.SentAt)).Order().ToList();
        var answers = news.Where(a => a.Direction == MessageDirection.Out).Select(a => a.SentAt).ToList();
        return answers.Count == 0 ? null
            : questions.Count > 0 && answers.Find(a => a >= questions[0]) is var first && first != default ? (first, questions[0])
            : (answers[0], null);
    }

    /// <summary>A thread that only history knows is open while the customer's last words are younger than a day, else it is done with.</summary>
    private static ConversationHead NewHead(InboundContext context, Arrival[] thread)
    {
        var last = thread.MaxBy(a => a.SentAt)!;
        var old =
            thread.All(a => a.History) && (last.Direction == MessageDirection.Out || context.Now - last.SentAt > TimeSpan.FromDays(1));
        return new ConversationHead
        {
            ConversationId = last.Conversation,
            TenantId = context.Tenant,
            InstanceId = context.Instance,
            Kind = last.Message.Chat.Kind == JidKind.Group ? ConversationKind.Group : ConversationKind.Person,
            Status = old ? ConversationStatus.Resolved : ConversationStatus.Open,
            LastAt = DateTimeOffset.MinValue,
        };
    }

    private static HeadMessage ForHead(Arrival arrival, HashSet<MessageId> quiet, Dictionary<ConversationId, DateTimeOffset> read) =>
        new(
            arrival.Id,
            arrival.SentAt,
            arrival.Direction,
            arrival.Direction == MessageDirection.In ? MessageOrigin.Customer : MessageOrigin.Phone,
            arrival.Message.Body.Kind,
            arrival.Message.Body.Plain,
            arrival.Delivery,
            !arrival.History
                && !quiet.Contains(arrival.Id)
                && !(arrival.Gap is not null && read.TryGetValue(arrival.Conversation, out var until) && arrival.SentAt <= until)
        );

    private static void Announce(InboundContext context)
    {
        foreach (var arrival in context.Arrivals)
        {
            context.Changes.Add(new ConversationChanged(context.Tenant, arrival.Conversation));
            context.Changes.Add(new MessageChanged(context.Tenant, arrival.Conversation, arrival.Id));
        }

        if (context.Arrivals.Count > 0)
        {
            context.Changes.Add(new InstanceChanged(context.Tenant, context.Instance));
        }

        if (context.Arrivals.Exists(a => a.Message.Body.File is not null))
        {
            context.Due.Add(WorkKind.Media);
        }
    }
}
