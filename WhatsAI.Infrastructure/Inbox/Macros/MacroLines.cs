using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Macros;

/// <summary>What the threads say of a run. The line that it began carries the run's key, which the database keeps unique: so a run begins once in each conversation.</summary>
public sealed class MacroLines(NpgsqlDataSource database, CurrentMember member, EventHub hub, TimeProvider time)
{
    // So many heads are locked at once.
    private const int Chunk = 50;

    /// <summary>Says that it began. Gives the conversations in which it had not: of those that are there and the member's to see.</summary>
    /// <exception cref="RuleException">Of a single one: it is not there.</exception>
    internal async Task<IReadOnlyList<ConversationId>> BeginAsync(
        Guid run,
        string macro,
        IReadOnlyCollection<ConversationId> on,
        CancellationToken ct
    )
    {
        var begun = new List<ConversationId>();
        var seen = 0;
        foreach (var some in on.OrderBy(c => c.Value).Chunk(Chunk))
        {
            seen += await SayAsync(run, part: 0, new LineBody("line.macro", [member.DisplayName, macro]), some, begun, ct);
        }

        return on.Count == 1 && seen == 0 ? throw new RuleException("conversation.not-found") : begun;
    }

    /// <summary>Says at which step, counted from zero, it ended.</summary>
    /// <returns>How many of them are there and the member's to see.</returns>
    internal async Task<int> StopAsync(Guid run, string macro, int at, IReadOnlyCollection<ConversationId> on, CancellationToken ct)
    {
        var seen = 0;
        foreach (var some in on.OrderBy(c => c.Value).Chunk(Chunk))
        {
            var line = new LineBody("line.macro-stopped", [macro, (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            seen += await SayAsync(run, part: -1, line, some, [], ct);
        }

        return seen;
    }

    private async Task<int> SayAsync(
        Guid run,
        int part,
        LineBody line,
        ConversationId[] on,
        List<ConversationId> said,
        CancellationToken ct
    )
    {
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        await using var transaction = await database.BeginAsync(tenant, ct);
        var heads = await HeadSql.LockAsync(transaction.Connection, tenant, on, ct);
        var seen = heads.Values.Where(h => member.Sees(h.InstanceId)).ToList();
        var events = new List<ConsoleEvent>();
        foreach (var head in seen)
        {
            await using var command = Insert(transaction.Connection, head, line, DerivedKey.Of(run, head.ConversationId.Value, part), now);
            if (await command.ExecuteScalarAsync(ct) is Guid id)
            {
                said.Add(head.ConversationId);
                events.Add(new MessageChanged(tenant, head.ConversationId, new MessageId(id)));
            }
        }

        await transaction.CommitAsync(ct);
        hub.Publish(events);
        return seen.Count;
    }

    private NpgsqlCommand Insert(NpgsqlConnection connection, ConversationHead head, LineBody line, Guid key, DateTimeOffset now) =>
        connection.Sql(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, author_id, client_key,
                media_attempts, attempts, settle_count)
            VALUES ($1, $2, $3, $4, 'Out', 'System', 'Line', '', $5, $6, $6, $7, $8, 0, 0, 0)
            ON CONFLICT (tenant_id, client_key) WHERE client_key IS NOT NULL DO NOTHING RETURNING id
            """,
            Id.New<MessageId>(now).Value,
            head.TenantId.Value,
            head.ConversationId.Value,
            head.InstanceId.Value,
            new NpgsqlParameter { Value = MessageBodyJson.Write(line), NpgsqlDbType = NpgsqlDbType.Jsonb },
            now.ToUniversalTime(),
            member.UserId.Value,
            key
        );
}
