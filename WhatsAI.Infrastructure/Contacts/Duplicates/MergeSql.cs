using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Consents;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Duplicates;

/// <summary>What Contacts itself keeps of two persons that are one. The connection has entered the tenant.</summary>
internal static class MergeSql
{
    /// <summary>Those of them that are there and stand in lists, locked in the order of their ids.</summary>
    public static async Task<Dictionary<ContactId, MergeSide>> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<ContactId> contacts,
        IReadOnlyDictionary<string, ContactField> fields,
        CancellationToken ct
    )
    {
        var ids = contacts.Select(c => c.Value).ToArray();
        var sides = new Dictionary<ContactId, MergeSide>();
        await using (
            var command = connection.Sql(
                """
                SELECT id, name, phone, fields, consent, consent_since, consent_basis, consent_source, created_at FROM contacts
                WHERE tenant_id = $1 AND id = ANY ($2) AND merged_into IS NULL AND erased_at IS NULL ORDER BY id FOR UPDATE
                """,
                tenant.Value,
                ids
            )
        )
        await using (var r = await command.ExecuteReaderAsync(ct))
        {
            while (await r.ReadAsync(ct))
            {
                var id = new ContactId(r.GetGuid(0));
                sides[id] = new MergeSide(
                    id,
                    r.IsDBNull(1) ? null : r.GetString(1),
                    r.IsDBNull(2) ? null : r.GetString(2),
                    FieldValues.Read(r.GetString(3), fields.Values),
                    new HashSet<TagId>(),
                    new Consent(
                        Enum.Parse<ConsentState>(r.GetString(4)),
                        r.IsDBNull(5) ? null : r.GetFieldValue<DateTimeOffset>(5),
                        r.IsDBNull(6) ? null : Enum.Parse<LegalBasis>(r.GetString(6)),
                        r.IsDBNull(7) ? null : Enum.Parse<ConsentSource>(r.GetString(7))
                    ),
                    [],
                    r.GetFieldValue<DateTimeOffset>(8)
                );
            }
        }

        var (tags, identities) = await OwnedAsync(connection, tenant, ids, ct);
        return sides.Values.ToDictionary(
            s => s.Contact,
            s => s with { Tags = tags[s.Contact].ToHashSet(), Identities = [.. identities[s.Contact]] }
        );
    }

    /// <summary>Stores the plan, then does it. What later features keep is theirs to move (<see cref="IContactStep"/>).</summary>
    public static async Task MergeAsync(ContactMove move, MergePlan plan, MergeAuthor by, MergeSide kept, CancellationToken ct)
    {
        await move.RunAsync(
            """
            INSERT INTO contact_merges (id, tenant_id, kept_id, other_id, plan, push_name, at, by_id, by_name)
            SELECT $2, $1, $3, $4, $5, CASE WHEN k.push_name IS NULL THEN o.push_name END, $6, $7::uuid, left($8, 120)
            FROM contacts k, contacts o WHERE k.tenant_id = $1 AND k.id = $3 AND o.tenant_id = $1 AND o.id = $4
            """,
            ct,
            JsonParameter.Of(MergePlanJson.Write(plan)),
            move.Now.ToUniversalTime(),
            by.Id?.Value,
            by.Name
        );
        var fields = kept.Fields.Concat(plan.FieldsFilled).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        await move.RunAsync(
            """
            UPDATE contacts c SET name = coalesce($5, c.name), phone = coalesce($6, c.phone), push_name = coalesce(c.push_name, m.push_name),
                fields = c.fields || $7, folded_fields = c.folded_fields || $8
            FROM contact_merges m WHERE m.tenant_id = $1 AND m.id = $2 AND c.tenant_id = $1 AND c.id = $3 AND c.id <> $4
            """,
            ct,
            plan.Name,
            plan.Phone,
            JsonParameter.Of(FieldValues.Write(fields)),
            JsonParameter.Of(FieldValues.WriteFolded(fields))
        );
        await move.RunAsync(
            """
            WITH identities AS (UPDATE contact_identities SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $4),
            led AS (UPDATE contacts SET merged_into = $3 WHERE tenant_id = $1 AND id = $4),
            report AS (UPDATE import_rows SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $4 RETURNING import_id, line),
            noted AS (INSERT INTO contact_moves (tenant_id, merge_id, part, item_id, number) SELECT $1, $2, 'import_rows', import_id, line FROM report WHERE $6)
            INSERT INTO contact_tags (tenant_id, contact_id, tag_id) SELECT $1, $3, tag FROM unnest($5::uuid[]) AS t (tag)
            WHERE EXISTS (SELECT FROM tags x WHERE x.tenant_id = $1 AND x.id = tag) ON CONFLICT DO NOTHING
            """,
            ct,
            plan.TagsAdded.Select(t => t.Value).ToArray(),
            move.IsNoted
        );
        await ConsentAsync(move, move.Kept, plan.ConsentBefore, plan.Consent, by, ct);
    }

    /// <summary>Takes back what <see cref="MergeUndo"/> says.</summary>
    public static async Task UndoAsync(ContactMove move, MergeUndo undo, MergeSide now, MergeAuthor by, CancellationToken ct)
    {
        await move.RunAsync(
            """
            UPDATE contact_identities i SET contact_id = $4 FROM unnest($5::text[], $6::text[]) AS t (kind, value)
            WHERE i.tenant_id = $1 AND i.contact_id = $3 AND i.kind = t.kind AND i.value = t.value
            """,
            ct,
            undo.Identities.Select(i => i.Kind.ToString()).ToArray(),
            undo.Identities.Select(i => i.Value).ToArray()
        );
        await move.RunAsync(
            """
            UPDATE contacts c SET name = CASE WHEN $5 THEN NULL ELSE c.name END, phone = CASE WHEN $6 THEN NULL ELSE c.phone END,
                push_name = CASE WHEN c.push_name = m.push_name THEN NULL ELSE c.push_name END,
                fields = c.fields - $7::text[], folded_fields = c.folded_fields - $7::text[]
            FROM contact_merges m WHERE m.tenant_id = $1 AND m.id = $2 AND c.tenant_id = $1 AND c.id = $3 AND c.id <> $4
            """,
            ct,
            undo.ClearName,
            undo.ClearPhone,
            undo.FieldsCleared.ToArray()
        );
        await move.RunAsync(
            """
            WITH own AS (UPDATE contacts SET merged_into = NULL WHERE tenant_id = $1 AND id = $4),
            report AS (
                UPDATE import_rows r SET contact_id = $4 FROM contact_moves m
                WHERE m.tenant_id = $1 AND m.merge_id = $2 AND m.part = 'import_rows'
                    AND r.tenant_id = $1 AND r.import_id = m.item_id AND r.line = m.number AND r.contact_id = $3
            ),
            done AS (UPDATE contact_merges SET undone_at = $6 WHERE tenant_id = $1 AND id = $2)
            DELETE FROM contact_tags WHERE tenant_id = $1 AND contact_id = $3 AND tag_id = ANY ($5)
            """,
            ct,
            undo.TagsRemoved.Select(t => t.Value).ToArray(),
            move.Now.ToUniversalTime()
        );
        // Of the other one first: what it opted out of stays so when the kept one's is lifted.
        await ConsentAsync(move, move.Kept, now.Consent, undo.KeptConsent, by, ct);
        var other = (await ConsentSql.LockAsync(move.Connection, move.Tenant, [move.Other], ct))[move.Other];
        var wanted = undo.OtherOptsOut ? undo.KeptConsent : other;
        await ConsentAsync(move, move.Other, other, wanted, by, ct);
        if (wanted.State == ConsentState.OptedOut)
        {
            await ConsentSql.SuppressAsync(move.Connection, move.Tenant, [move.Other], move.Now, ct);
        }
        else
        {
            // What the kept one's opt-out suppressed while it was his.
            await ConsentSql.LiftAsync(move.Connection, move.Tenant, [move.Other], ct);
        }
    }

    private static async Task ConsentAsync(
        ContactMove move,
        ContactId contact,
        Consent before,
        Consent after,
        MergeAuthor by,
        CancellationToken ct
    )
    {
        if (before != after)
        {
            var news = new ConsentNews(after.State, after.Since ?? move.Now, ConsentSource.Merge, after.Basis, null, by.Id);
            var change = new ConsentStep.Change(after, new ConsentLine(before.State, news, move.Now));
            await ConsentSql.WriteAsync(move.Connection, move.Tenant, [(contact, change)], by.Name, ct);
        }
        else if (after.State == ConsentState.OptedOut)
        {
            // By the identities that came, too.
            await ConsentSql.SuppressAsync(move.Connection, move.Tenant, [contact], move.Now, ct);
        }
    }

    private static async Task<(ILookup<ContactId, TagId> Tags, ILookup<ContactId, (IdentityKind, string)> Identities)> OwnedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Guid[] ids,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT contact_id, tag_id, NULL, NULL FROM contact_tags WHERE tenant_id = $1 AND contact_id = ANY ($2)
            UNION ALL
            SELECT contact_id, NULL, kind, value FROM contact_identities WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY 1, 2, 3, 4
            """,
            tenant.Value,
            ids
        );
        await using var r = await command.ExecuteReaderAsync(ct);
        var (tags, identities) = (new List<(ContactId, TagId)>(), new List<(ContactId, (IdentityKind, string))>());
        while (await r.ReadAsync(ct))
        {
            var contact = new ContactId(r.GetGuid(0));
            if (r.IsDBNull(1))
            {
                identities.Add((contact, (Enum.Parse<IdentityKind>(r.GetString(2)), r.GetString(3))));
            }
            else
            {
                tags.Add((contact, new TagId(r.GetGuid(1))));
            }
        }

        return (tags.ToLookup(t => t.Item1, t => t.Item2), identities.ToLookup(i => i.Item1, i => i.Item2));
    }
}
