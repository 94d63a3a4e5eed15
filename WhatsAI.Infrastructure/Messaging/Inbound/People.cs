using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>
/// Finds or makes the contacts of a batch. Identities are unique in the tenant, so two numbers that hear from a new customer at the same moment agree on
/// one contact; where the phone and the hidden id turn out to be one person, the two contacts become one.
/// </summary>
internal static class People
{
    /// <summary>The contact of each address named.</summary>
    public static async Task<Dictionary<string, ContactId>> ResolveAsync(
        InboundContext context,
        IReadOnlyCollection<PersonSeen> people,
        CancellationToken cancellation
    )
    {
        var keys = people
            .SelectMany(p => p.Keys)
            .DistinctBy(k => (k.Kind, k.Value))
            .OrderBy(k => k.Kind)
            .ThenBy(k => k.Value, StringComparer.Ordinal)
            .ToList();
        if (keys.Count == 0)
        {
            return [];
        }

        var known = await ReadAsync(context, keys, cancellation);
        var plan = ContactPlan.Make(people, known, context.Now);
        await WriteAsync(context, plan, cancellation);
        // Another number's worker may have been first with the same person: what stands in the table counts.
        if (plan.NewIdentities.Count > 0)
        {
            var settled = await ReadAsync(context, keys, cancellation);
            await DropLosersAsync(context, plan, settled, cancellation);
            await RecognizeAsync(context, plan, settled, cancellation);
            known = settled;
            plan = plan with { Merges = [.. plan.Merges, .. ContactPlan.Make(people, known, context.Now).Merges] };
        }

        foreach (var (from, into) in plan.Merges.Distinct())
        {
            await MergeAsync(context, from, into, cancellation);
            known = await ReadAsync(context, keys, cancellation);
        }

        var result = new Dictionary<string, ContactId>(StringComparer.Ordinal);
        foreach (var person in people)
        {
            var contact = person.Keys.Select(k => known.GetValueOrDefault((k.Kind, k.Value))).FirstOrDefault(c => c is not null);
            if (contact is not null)
            {
                result[person.Jid.Value] = contact.Id;
            }
        }

        return result;
    }

    /// <summary>A message names both: whatever hangs on the first is the other's. One that went to another already in this batch has nothing left.</summary>
    private static async Task MergeAsync(InboundContext context, ContactId from, ContactId into, CancellationToken cancellation)
    {
        if (
            from != into
            && await context.Merges.MergeAsync(
                context.Connection,
                context.Tenant,
                (into, from),
                into,
                MergeAuthor.Message,
                context.Now,
                cancellation
            )
                is { } move
        )
        {
            context.Changes.UnionWith(move.Changes);
        }
    }

    /// <summary>Whoever was forgotten and writes again is known again as one who was.</summary>
    private static async Task RecognizeAsync(
        InboundContext context,
        ContactPlan plan,
        Dictionary<(IdentityKind, string), KnownContact> settled,
        CancellationToken cancellation
    )
    {
        var fresh = plan
            .NewIdentities.Keys.Where(k => settled.ContainsKey((k.Kind, k.Value)))
            .Select(k => (k.Kind, k.Value, settled[(k.Kind, k.Value)].Id))
            .ToList();
        if (await context.Erased.ReturnedAsync(context.Connection, context.Tenant, fresh, context.Now, cancellation))
        {
            context.Changes.Add(new Live.ContactsChanged(context.Tenant));
        }
    }

    private static async Task<Dictionary<(IdentityKind, string), KnownContact>> ReadAsync(
        InboundContext context,
        List<IdentityKey> keys,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            """
            SELECT i.kind, i.value, c.id, c.push_name, c.phone
            FROM unnest($2::text[], $3::text[]) AS k (kind, value)
            JOIN contact_identities i ON i.tenant_id = $1 AND i.kind = k.kind AND i.value = k.value
            JOIN contacts c ON c.tenant_id = $1 AND c.id = i.contact_id
            """,
            context.Tenant.Value,
            keys.Select(k => k.Kind.ToString()).ToArray(),
            keys.Select(k => k.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var known = new Dictionary<(IdentityKind, string), KnownContact>();
        while (await reader.ReadAsync(cancellation))
        {
            known[(Enum.Parse<IdentityKind>(reader.GetString(0)), reader.GetString(1))] = new KnownContact(
                new ContactId(reader.GetGuid(2)),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4)
            );
        }

        return known;
    }

    private static async Task WriteAsync(InboundContext context, ContactPlan plan, CancellationToken cancellation)
    {
        if (plan.IsEmpty)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(context.Connection);
        foreach (var contact in plan.NewContacts)
        {
            batch.BatchCommands.Add(
                TenantSql.Command(
                    "INSERT INTO contacts (id, tenant_id, push_name, phone, created_at) VALUES ($1, $2, $3, $4, $5)",
                    contact.Id.Value,
                    context.Tenant.Value,
                    contact.PushName,
                    contact.Phone,
                    context.Now
                )
            );
        }

        foreach (var (key, contact) in plan.NewIdentities.OrderBy(i => i.Key.Kind).ThenBy(i => i.Key.Value, StringComparer.Ordinal))
        {
            batch.BatchCommands.Add(
                TenantSql.Command(
                    """
                    INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT DO NOTHING
                    """,
                    context.Tenant.Value,
                    key.Kind.ToString(),
                    key.Value,
                    contact.Value,
                    key.Jid,
                    context.Now
                )
            );
        }

        foreach (var contact in plan.Updates)
        {
            batch.BatchCommands.Add(
                TenantSql.Command(
                    "UPDATE contacts SET push_name = coalesce($3, push_name), phone = coalesce(phone, $4) WHERE tenant_id = $1 AND id = $2",
                    context.Tenant.Value,
                    contact.Id.Value,
                    contact.PushName,
                    contact.Phone
                )
            );
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task DropLosersAsync(
        InboundContext context,
        ContactPlan plan,
        Dictionary<(IdentityKind, string), KnownContact> settled,
        CancellationToken cancellation
    )
    {
        var kept = settled.Values.Select(c => c.Id).ToHashSet();
        var losers = plan.NewContacts.Where(c => !kept.Contains(c.Id)).Select(c => c.Id.Value).ToArray();
        if (losers.Length > 0)
        {
            await using var command = context.Connection.Sql(
                "DELETE FROM contacts WHERE tenant_id = $1 AND id = ANY ($2)",
                context.Tenant.Value,
                losers
            );
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
