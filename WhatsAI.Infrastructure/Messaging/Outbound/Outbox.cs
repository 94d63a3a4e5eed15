using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>A message to be sent.</summary>
/// <param name="ClientKey">Made by the browser with the click: the same click arriving twice is one message.</param>
/// <param name="ReplyTo">WhatsApp's id of the message that is answered.</param>
/// <param name="Media">The stored file of a media body.</param>
public sealed record OutgoingMessage(
    ConversationId Conversation,
    MessageBody Body,
    MessageOrigin Origin,
    Lane Lane,
    UserId? Author = null,
    Guid? ClientKey = null,
    string? ReplyTo = null,
    MediaId? Media = null
)
{
    /// <summary>The author's name where he takes the conversation with it, if it is nobody's: the thread says so. Null: he does not.</summary>
    public string? TakenBy { get; init; }
}

/// <summary>The one way into the ledger: a row in the queue of the number that serves the conversation, and the conversation's head moved.</summary>
public sealed class Outbox(NpgsqlDataSource database, IHeadClocks clocks, EventHub hub, WorkSignal work, TimeProvider time)
{
    /// <summary>Returns when the message is durable; the dispatcher sends it at once. A repeated <see cref="OutgoingMessage.ClientKey"/> returns the first message.</summary>
    /// <exception cref="RuleException">The conversation is not there, or its number was deleted.</exception>
    public async Task<MessageId> QueueAsync(TenantId tenant, OutgoingMessage message, CancellationToken cancellation = default) =>
        ((QueueAnswer.Queued)await QueueAsync(tenant, message, null, cancellation)).Id;

    /// <summary>The same for a member's answer, unless it meets a colleague's. What was taken before with its key is taken, whoever has answered since.</summary>
    /// <exception cref="RuleException">The conversation is not there, or its number was deleted.</exception>
    public async Task<QueueAnswer> QueueAsync(
        TenantId tenant,
        OutgoingMessage message,
        AnswerGuard? guard,
        CancellationToken cancellation = default
    )
    {
        var answer = await StoreAsync(tenant, message, guard, cancellation);
        if (answer is QueueAnswer.Queued queued)
        {
            hub.Publish([
                new MessageChanged(tenant, message.Conversation, queued.Id),
                .. queued.Line is { } line ? [new MessageChanged(tenant, message.Conversation, line)] : (ConsoleEvent[])[],
                new ConversationChanged(tenant, message.Conversation),
            ]);
            work.Raise(WorkKind.Outbound);
        }

        return answer;
    }

    /// <summary>The order of locks below keeps this from waiting in a circle with the common batches; the rare ones are worth a second try.</summary>
    private async Task<QueueAnswer> StoreAsync(TenantId tenant, OutgoingMessage message, AnswerGuard? guard, CancellationToken cancellation)
    {
        var clock = await clocks.OfAsync(tenant, cancellation);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var transaction = await database.BeginAsync(tenant, cancellation);
                var answer = await QueueAsync(transaction.Connection, tenant, message, guard, clock, time.GetUtcNow(), cancellation);
                await transaction.CommitAsync(cancellation);
                return answer;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && tries < 3)
            {
                // The server undid it and lets the other one through.
            }
        }
    }

    /// <summary>The same in the caller's transaction, which must end soon; the caller publishes and raises <see cref="WorkKind.Outbound"/> after its commit.</summary>
    internal static async Task<QueueAnswer.Queued> QueueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        OutgoingMessage message,
        IHeadClock clock,
        DateTimeOffset now,
        CancellationToken cancellation
    ) => (QueueAnswer.Queued)await QueueAsync(connection, tenant, message, null, clock, now, cancellation);

    private static async Task<QueueAnswer> QueueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        OutgoingMessage message,
        AnswerGuard? guard,
        IHeadClock clock,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (message.Lane == Lane.Campaign)
        {
            throw new InvalidOperationException("A campaign's message waits at a pool, not in a number's queue.");
        }

        var conversation = await ConversationAsync(connection, tenant, message.Conversation, cancellation);
        // The number's queue before the head, as the dispatcher takes them: the other way round each would wait for the other.
        if (!await WorkList.DueAsync(connection, WorkKind.Outbound, conversation.Instance, cancellation))
        {
            // Deleted since we looked: nobody would ever send it.
            throw new RuleException("conversation.number-deleted");
        }

        var heads = await HeadSql.LockAsync(connection, tenant, [message.Conversation], cancellation);
        if (message.ClientKey is { } key && await AlreadyAsync(connection, tenant, key, cancellation) is { } first)
        {
            return new QueueAnswer.Queued(first);
        }

        if (
            guard is not null
            && message.Author is { } author
            && await RecentAnswers.CheckAsync(connection, tenant, message, author, guard, now, cancellation) is { } collision
        )
        {
            return new QueueAnswer.Collided(collision);
        }

        var before = heads.GetValueOrDefault(message.Conversation);
        // Two answers within a millisecond keep their order.
        var at = before is { LastDirection: MessageDirection.Out } && before.LastAt >= now ? before.LastAt.AddMilliseconds(1) : now;
        var start = before ?? conversation.NewHead(tenant);
        MessageId? line = null;
        if (message is { TakenBy: { } name, Author: { } taker } && start.AssigneeId is null)
        {
            start = start with { AssigneeId = taker };
            line = await ActivityLines.AddAsync(connection, start, "line.took", [name], taker, at, cancellation);
            at = at.AddMilliseconds(1);
        }

        var id = Id.New<MessageId>(at);
        await InsertAsync(connection, tenant, conversation.Instance, message, id, at, cancellation);
        var after = HeadRules.After(
            start,
            new HeadMessage(id, at, MessageDirection.Out, message.Origin, message.Body.Kind, message.Body.Plain, DeliveryState.Queued, true)
        );
        after = await Episodes.OpenIfNeededAsync(connection, before, after, now, cancellation);
        var isAnswer = message.Origin == MessageOrigin.Agent;
        after = clock.Move(before, after, now, answered: isAnswer);
        if (isAnswer)
        {
            var asked = before?.WaitingSince;
            await Episodes.RepliedAsync(
                connection,
                after,
                new Replied(asked, message.Author, now, clock.DueOf(after, asked)),
                cancellation
            );
        }

        await HeadSql.WriteAsync(connection, [after], cancellation);
        var counters = new ConversationCounters();
        counters.Moved(before, after);
        await counters.ApplyAsync(connection, tenant, cancellation);
        return new QueueAnswer.Queued(id) { Line = line };
    }

    private static async Task<MessageId?> AlreadyAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Guid key,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql("SELECT id FROM messages WHERE tenant_id = $1 AND client_key = $2", tenant.Value, key);
        return await command.ExecuteScalarAsync(cancellation) is Guid id ? new MessageId(id) : null;
    }

    private static async Task<Served> ConversationAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ConversationId conversation,
        CancellationToken cancellation
    )
    {
        // Two clicks with one key wait for each other here. Not FOR UPDATE: a customer's message, stored for this conversation at the same time, holds its
        // key share and then wants the head.
        await using var command = connection.Sql(
            """
            SELECT c.instance_id, c.kind, i.deleted_at IS NOT NULL FROM conversations c JOIN instances i ON i.tenant_id = $1 AND i.id = c.instance_id
            WHERE c.tenant_id = $1 AND c.id = $2 FOR NO KEY UPDATE OF c
            """,
            tenant.Value,
            conversation.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            throw new RuleException("conversation.not-found");
        }

        return reader.GetBoolean(2)
            ? throw new RuleException("conversation.number-deleted")
            : new Served(conversation, new InstanceId(reader.GetGuid(0)), Enum.Parse<ConversationKind>(reader.GetString(1)));
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        OutgoingMessage message,
        MessageId id,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, author_id,
                reply_to_provider_id, delivery, lane, client_key, media_id, media_state, media_attempts, attempts, settle_count)
            VALUES ($1, $2, $3, $4, 'Out', $5, $6, $7, $8, $9, $9, $10, $11, 'Queued', $12, $13, $14, CASE WHEN $14 IS NULL THEN NULL ELSE 'Ready' END, 0, 0, 0)
            """,
            id.Value,
            tenant.Value,
            message.Conversation.Value,
            instance.Value,
            message.Origin.ToString(),
            message.Body.Kind.ToString(),
            message.Body.Plain,
            new NpgsqlParameter { Value = MessageBodyJson.Write(message.Body), NpgsqlDbType = NpgsqlDbType.Jsonb },
            at.ToUniversalTime(),
            Uuid(message.Author?.Value),
            new NpgsqlParameter { Value = (object?)message.ReplyTo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            (short)message.Lane,
            Uuid(message.ClientKey),
            Uuid(message.Media?.Value)
        );
        await command.ExecuteNonQueryAsync(cancellation);
        LedgerMeter.Queued(message.Lane);
    }

    private static NpgsqlParameter Uuid(Guid? value) => new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)value ?? DBNull.Value };

    private sealed record Served(ConversationId Conversation, InstanceId Instance, ConversationKind Kind)
    {
        public ConversationHead NewHead(TenantId tenant) =>
            new()
            {
                ConversationId = Conversation,
                TenantId = tenant,
                InstanceId = Instance,
                Kind = Kind,
                Status = ConversationStatus.Open,
                LastAt = DateTimeOffset.MinValue,
            };
    }
}
