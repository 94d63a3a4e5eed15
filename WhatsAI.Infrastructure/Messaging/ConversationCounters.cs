using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>Keeps <c>conversation_counts</c> true: whoever changes a conversation's status, assignee or team, or whether it has unread messages, says so in the same transaction.</summary>
public sealed class ConversationCounters
{
    private readonly SortedDictionary<
        (Guid Instance, string Kind, string Status, Guid Assignee, Guid Team),
        (int Conversations, int Unread)
    > _deltas = [];

    private readonly SortedDictionary<Guid, DateTimeOffset> _wakes = [];

    /// <param name="before">Null for a new conversation.</param>
    /// <param name="after">Null for one that is no more.</param>
    public void Moved(ConversationHead? before, ConversationHead? after)
    {
        Add(before, -1);
        Add(after, +1);
        if (after is not null && LaterWake.Of(before, after) is { } at)
        {
            var number = after.InstanceId.Value;
            _wakes[number] = _wakes.TryGetValue(number, out var other) && other < at ? other : at;
        }
    }

    /// <summary>Last in the transaction, and always in the same order of rows, so that two transactions cannot wait for each other.</summary>
    public async Task ApplyAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken cancellation)
    {
        await CountAsync(connection, tenant, cancellation);
        // However it came to have its time: what is due then is done then.
        foreach (var (number, at) in _wakes)
        {
            await WorkList.DueAtAsync(connection, WorkKind.Later, new InstanceId(number), at, cancellation);
        }

        _wakes.Clear();
    }

    /// <summary>The same within a batch, which makes its number's work due once, at its end.</summary>
    internal async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        await CountAsync(context.Connection, context.Tenant, cancellation);
        context.WakesAt(_wakes.Values);
        _wakes.Clear();
    }

    private async Task CountAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken cancellation)
    {
        var changed = _deltas.Where(d => d.Value != default).ToArray();
        if (changed.Length == 0)
        {
            return;
        }

        await using var command = connection.Sql(
            """
            INSERT INTO conversation_counts AS c (tenant_id, instance_id, kind, status, assignee_id, team_id, conversations, unread)
            SELECT $1, t.* FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::int[], $8::int[]) AS t
            ON CONFLICT (tenant_id, instance_id, kind, status, assignee_id, team_id)
            DO UPDATE SET conversations = c.conversations + excluded.conversations, unread = c.unread + excluded.unread
            """,
            tenant.Value,
            changed.Select(d => d.Key.Instance).ToArray(),
            changed.Select(d => d.Key.Kind).ToArray(),
            changed.Select(d => d.Key.Status).ToArray(),
            changed.Select(d => d.Key.Assignee).ToArray(),
            changed.Select(d => d.Key.Team).ToArray(),
            new NpgsqlParameter
            {
                Value = changed.Select(d => d.Value.Conversations).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer,
            },
            new NpgsqlParameter
            {
                Value = changed.Select(d => d.Value.Unread).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer,
            }
        );
        await command.ExecuteNonQueryAsync(cancellation);
        _deltas.Clear();
    }

    private void Add(ConversationHead? head, int sign)
    {
        if (head is null)
        {
            return;
        }

        var key = (
            head.InstanceId.Value,
            head.Kind.ToString(),
            head.Status.ToString(),
            head.AssigneeId?.Value ?? Guid.Empty,
            head.TeamId?.Value ?? Guid.Empty
        );
        var (conversations, unread) = _deltas.GetValueOrDefault(key);
        _deltas[key] = (conversations + sign, unread + (head.Unread > 0 ? sign : 0));
    }
}
