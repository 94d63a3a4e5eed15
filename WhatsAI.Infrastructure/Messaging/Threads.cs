using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>Where threads are looked for: in the caller's transaction, of one number.</summary>
internal sealed record ThreadPlace(NpgsqlConnection Connection, TenantId Tenant, InstanceId Instance, DateTimeOffset Now);

/// <summary>Finds or makes conversations of one number. A unique key per number and counterpart decides, never find-then-insert.</summary>
internal static class Threads
{
    public static async Task<(Dictionary<ContactId, ConversationId> Persons, Dictionary<string, ConversationId> Groups)> ResolveAsync(
        ThreadPlace place,
        IReadOnlyCollection<ContactId> contacts,
        IReadOnlyCollection<string> groups,
        CancellationToken cancellation
    )
    {
        var found = await ReadAsync(place, contacts, groups, cancellation);
        var missingContacts = contacts.Where(c => !found.Persons.ContainsKey(c)).ToList();
        var missingGroups = groups.Where(g => !found.Groups.ContainsKey(g)).ToList();
        if (missingContacts.Count == 0 && missingGroups.Count == 0)
        {
            return found;
        }

        await using (
            var command = place.Connection.Sql(
                """
                INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, group_jid, created_at)
                SELECT t.id, $1, $2, CASE WHEN t.contact_id IS NULL THEN 'Group' ELSE 'Person' END, t.contact_id, t.group_jid, $3
                FROM unnest($4::uuid[], $5::uuid[], $6::text[]) AS t (id, contact_id, group_jid)
                ON CONFLICT DO NOTHING
                """,
                place.Tenant.Value,
                place.Instance.Value,
                place.Now.ToUniversalTime(),
                Enumerable
                    .Range(0, missingContacts.Count + missingGroups.Count)
                    .Select(_ => Id.New<ConversationId>(place.Now).Value)
                    .ToArray(),
                missingContacts.Select(c => (Guid?)c.Value).Concat(missingGroups.Select(_ => (Guid?)null)).ToArray(),
                missingContacts.Select(_ => (string?)null).Concat(missingGroups).ToArray()
            )
        )
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }

        return await ReadAsync(place, contacts, groups, cancellation);
    }

    private static async Task<(Dictionary<ContactId, ConversationId> Persons, Dictionary<string, ConversationId> Groups)> ReadAsync(
        ThreadPlace place,
        IReadOnlyCollection<ContactId> contacts,
        IReadOnlyCollection<string> groups,
        CancellationToken cancellation
    )
    {
        await using var command = place.Connection.Sql(
            """
            SELECT id, contact_id, group_jid FROM conversations WHERE tenant_id = $1 AND instance_id = $2 AND contact_id = ANY ($3)
            UNION ALL
            SELECT id, contact_id, group_jid FROM conversations WHERE tenant_id = $1 AND instance_id = $2 AND group_jid = ANY ($4)
            """,
            place.Tenant.Value,
            place.Instance.Value,
            contacts.Select(c => c.Value).ToArray(),
            groups.ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var persons = new Dictionary<ContactId, ConversationId>();
        var rooms = new Dictionary<string, ConversationId>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            var id = new ConversationId(reader.GetGuid(0));
            if (reader.IsDBNull(1))
            {
                rooms[reader.GetString(2)] = id;
            }
            else
            {
                persons[new ContactId(reader.GetGuid(1))] = id;
            }
        }

        return (persons, rooms);
    }
}
