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
/// <param name="Talks">The number of the pool that he talked with last.</param>
internal sealed record Recipient(ContactId? Contact, Reach Reach, bool IsSuppressed, bool IsBlocked, bool HasAddress, InstanceId? Talks)
{
    public static async Task<Recipient> FindAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        WaitingMessage message,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            WITH who AS MATERIALIZED (
                SELECT coalesce($2::uuid, (SELECT contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'Phone' AND value = $3)) AS id
            ), talks AS MATERIALIZED (
                SELECT c.instance_id, c.blocked_at, h.last_inbound_at, h.last_at
                FROM who JOIN conversations c ON c.tenant_id = $1 AND c.contact_id = who.id
                LEFT JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
            )
            SELECT who.id,
                EXISTS (SELECT FROM talks WHERE last_inbound_at IS NOT NULL),
                EXISTS (SELECT FROM talks WHERE blocked_at IS NOT NULL),
                EXISTS (SELECT FROM suppressions s WHERE s.tenant_id = $1 AND s.kind = 'Phone' AND s.value = $3) OR EXISTS (
                    SELECT FROM contact_identities i JOIN suppressions s ON s.tenant_id = $1 AND s.kind = i.kind AND s.value = i.value
                    WHERE i.tenant_id = $1 AND i.contact_id = who.id)
                    OR EXISTS (SELECT FROM contacts p WHERE p.tenant_id = $1 AND p.id = who.id AND p.consent = 'OptedOut'),
                (SELECT i.jid FROM contact_identities i WHERE i.tenant_id = $1 AND i.contact_id = who.id
                    ORDER BY i.kind = 'Phone' DESC, i.first_seen_at LIMIT 1),
                (SELECT t.instance_id FROM talks t JOIN pool_members m ON m.tenant_id = $1 AND m.instance_id = t.instance_id AND m.pool_id = $4
                    WHERE t.last_at IS NOT NULL ORDER BY t.last_at DESC LIMIT 1)
            FROM who
            """,
            tenant.Value,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)message.Contact?.Value ?? DBNull.Value },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)message.Phone?.Value ?? DBNull.Value },
            message.Lane.Pool.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        ContactId? contact = reader.IsDBNull(0) ? null : new ContactId(reader.GetGuid(0));
        return new Recipient(
            contact,
            reader.GetBoolean(1) ? Reach.Known : Reach.Stranger,
            reader.GetBoolean(3),
            reader.GetBoolean(2),
            contact is null ? message.Phone is not null : !reader.IsDBNull(4) && Jid.TryParse(reader.GetString(4), out _),
            reader.IsDBNull(5) ? null : new InstanceId(reader.GetGuid(5))
        );
    }

    /// <summary>A contact for a phone that nobody has. Who came first with the same phone, from another number's inbox perhaps, keeps it.</summary>
    public static async Task<ContactId> AddAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PhoneNumber phone,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var made = Id.New<ContactId>(now);
        await using (
            var command = connection.Sql(
                "INSERT INTO contacts (id, tenant_id, phone, created_at) VALUES ($2, $1, $3, $4)",
                tenant.Value,
                made.Value,
                phone.Value,
                now.ToUniversalTime()
            )
        )
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await using (
            var command = connection.Sql(
                """
                INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at) VALUES ($1, 'Phone', $3, $2, $4, $5)
                ON CONFLICT DO NOTHING
                """,
                tenant.Value,
                made.Value,
                phone.Value,
                Jid.Of(phone).Value,
                now.ToUniversalTime()
            )
        )
        {
            if (await command.ExecuteNonQueryAsync(cancellation) == 1)
            {
                return made;
            }
        }

        await using var first = connection.Sql(
            """
            WITH mine AS (DELETE FROM contacts WHERE tenant_id = $1 AND id = $2)
            SELECT contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'Phone' AND value = $3
            """,
            tenant.Value,
            made.Value,
            phone.Value
        );
        return new ContactId((Guid)(await first.ExecuteScalarAsync(cancellation))!);
    }
}
