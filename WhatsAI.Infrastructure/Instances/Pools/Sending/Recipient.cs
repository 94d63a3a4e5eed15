using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>Whom a waiting message goes to, as he is known now.</summary>
/// <param name="Contact">Null: nobody has his phone yet.</param>
/// <param name="IsSuppressed">Opted out, of any number of the company.</param>
/// <param name="IsBlocked">Through any number of the company.</param>
/// <param name="To">Null: there is no address to write to.</param>
/// <param name="Talks">The number of the pool that he talked with last.</param>
/// <param name="Threads">His conversations, by the number they are with.</param>
internal sealed record Recipient(
    ContactId? Contact,
    Reach Reach,
    bool IsSuppressed,
    bool IsBlocked,
    Jid? To,
    InstanceId? Talks,
    IReadOnlyDictionary<InstanceId, ConversationId> Threads
)
{
    private static readonly Dictionary<InstanceId, ConversationId> _none = [];

    /// <summary>By the messages' ids.</summary>
    public static async Task<Dictionary<Guid, Recipient>> FindAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<WaitingMessage> messages,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT q.id, r.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[]) AS q (id, contact_id, phone, pool_id) CROSS JOIN LATERAL (
                WITH who AS MATERIALIZED (
                    SELECT coalesce(q.contact_id, (SELECT contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'Phone' AND value = q.phone)) AS id
                ), talks AS MATERIALIZED (
                    SELECT c.id, c.instance_id, c.blocked_at, h.last_inbound_at, h.last_at
                    FROM who JOIN conversations c ON c.tenant_id = $1 AND c.contact_id = who.id
                    LEFT JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
                )
                SELECT who.id AS contact_id,
                    EXISTS (SELECT FROM talks WHERE last_inbound_at IS NOT NULL),
                    EXISTS (SELECT FROM talks WHERE blocked_at IS NOT NULL),
                    EXISTS (SELECT FROM suppressions s WHERE s.tenant_id = $1 AND s.kind = 'Phone' AND s.value = q.phone) OR EXISTS (
                        SELECT FROM contact_identities i JOIN suppressions s ON s.tenant_id = $1 AND s.kind = i.kind AND s.value = i.value
                        WHERE i.tenant_id = $1 AND i.contact_id = who.id)
                        OR EXISTS (SELECT FROM contacts p WHERE p.tenant_id = $1 AND p.id = who.id AND p.consent = 'OptedOut'),
                    (SELECT i.jid FROM contact_identities i WHERE i.tenant_id = $1 AND i.contact_id = who.id
                        ORDER BY i.kind = 'Phone' DESC, i.first_seen_at LIMIT 1),
                    (SELECT t.instance_id FROM talks t JOIN pool_members m ON m.tenant_id = $1 AND m.instance_id = t.instance_id AND m.pool_id = q.pool_id
                        WHERE t.last_at IS NOT NULL ORDER BY t.last_at DESC LIMIT 1),
                    (SELECT array_agg(instance_id ORDER BY id) FROM talks),
                    (SELECT array_agg(id ORDER BY id) FROM talks)
                FROM who
            ) r
            """,
            tenant.Value,
            messages.Select(m => m.Id).ToArray(),
            messages.Select(m => m.Contact?.Value).ToArray(),
            messages.Select(m => m.Phone?.Value).ToArray(),
            messages.Select(m => m.Lane.Pool.Value).ToArray()
        );
        var phones = messages.ToDictionary(m => m.Id, m => m.Phone);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<Guid, Recipient>();
        while (await reader.ReadAsync(cancellation))
        {
            var message = reader.GetGuid(0);
            found[message] = Read(reader, phones[message]);
        }

        return found;
    }

    private static Recipient Read(NpgsqlDataReader reader, PhoneNumber? phone)
    {
        ContactId? contact = reader.IsDBNull(1) ? null : new ContactId(reader.GetGuid(1));
        return new Recipient(
            contact,
            reader.GetBoolean(2) ? Reach.Known : Reach.Stranger,
            reader.GetBoolean(4),
            reader.GetBoolean(3),
            contact is null ? (phone is null ? null : Jid.Of(phone))
                : !reader.IsDBNull(5) && Jid.TryParse(reader.GetString(5), out var jid) ? jid
                : null,
            reader.IsDBNull(6) ? null : new InstanceId(reader.GetGuid(6)),
            reader.IsDBNull(7)
                ? _none
                : reader
                    .GetFieldValue<Guid[]>(7)
                    .Zip(reader.GetFieldValue<Guid[]>(8))
                    .ToDictionary(t => new InstanceId(t.First), t => new ConversationId(t.Second))
        );
    }
}
