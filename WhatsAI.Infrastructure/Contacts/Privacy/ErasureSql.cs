using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Privacy;

/// <summary>What Contacts itself keeps of a person. The connection has entered the tenant.</summary>
internal static class ErasureSql
{
    public static IReadOnlyList<PersonalDataPart> Parts { get; } =
    [
        new(
            PersonalData.NamesAndPicture,
            "contact",
            "SELECT jsonb_build_object('name', name, 'pushName', push_name, 'phone', phone, 'picture', picture_id, 'createdAt', created_at) FROM contacts WHERE tenant_id = $1 AND id = ANY ($2)"
        ),
        new(
            PersonalData.Identities,
            "identities",
            "SELECT jsonb_build_object('kind', kind, 'value', value, 'address', jid, 'firstSeenAt', first_seen_at) FROM contact_identities WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY kind, value"
        ),
        new(
            PersonalData.FieldsAndTags,
            "fields-and-tags",
            """
            SELECT jsonb_build_object(
                'fields', coalesce((SELECT jsonb_object_agg(coalesce(f.name, v.key), v.value) FROM jsonb_each(c.fields) v
                    LEFT JOIN contact_fields f ON f.tenant_id = $1 AND f.key = v.key), '{}'),
                'tags', coalesce((SELECT jsonb_agg(t.name ORDER BY t.name) FROM contact_tags x JOIN tags t ON t.tenant_id = $1 AND t.id = x.tag_id
                    WHERE x.tenant_id = $1 AND x.contact_id = c.id), '[]'))
            FROM contacts c WHERE c.tenant_id = $1 AND c.id = ANY ($2)
            """
        ),
        new(
            PersonalData.ConsentHistory,
            "consent",
            """
            SELECT jsonb_build_object('from', from_state, 'to', to_state, 'saidAt', said_at, 'source', source, 'basis', basis, 'proof', proof, 'by', by_name, 'at', at)
            FROM consent_changes WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY id
            """
        ),
        new(
            PersonalData.Suppression,
            "suppressions",
            """
            SELECT jsonb_build_object('kind', s.kind, 'value', s.value, 'reason', s.reason, 'since', s.since)
            FROM suppressions s JOIN contact_identities i ON i.tenant_id = $1 AND i.kind = s.kind AND i.value = s.value
            WHERE s.tenant_id = $1 AND i.contact_id = ANY ($2) ORDER BY s.kind, s.value
            """
        ),
    ];

    /// <summary>A contact, whoever was merged into it and whom it was merged into, locked; none where there is none, or it was forgotten.</summary>
    public static async Task<List<ContactId>> FamilyAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ContactId id,
        bool locked,
        CancellationToken ct
    )
    {
        const string Family = """
            WITH RECURSIVE root AS (
                SELECT id, merged_into, 0 AS step FROM contacts WHERE tenant_id = $1 AND id = $2
                UNION ALL
                SELECT c.id, c.merged_into, r.step + 1 FROM root r JOIN contacts c ON c.tenant_id = $1 AND c.id = r.merged_into WHERE r.step < 50
            ), family AS (
                (SELECT id FROM root ORDER BY step DESC LIMIT 1)
                UNION
                SELECT m.other_id FROM family f JOIN contact_merges m ON m.tenant_id = $1 AND m.kept_id = f.id AND m.undone_at IS NULL
            )
            SELECT id FROM contacts WHERE tenant_id = $1 AND id IN (SELECT id FROM family) AND erased_at IS NULL ORDER BY id
            """;
        await using var command = connection.Sql(locked ? Family + " FOR UPDATE" : Family, tenant.Value, id.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var family = new List<ContactId>();
        while (await reader.ReadAsync(ct))
        {
            family.Add(new ContactId(reader.GetGuid(0)));
        }

        return family;
    }

    public static async Task<List<(IdentityKind Kind, string Value, string Jid)>> IdentitiesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<ContactId> family,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT kind, value, jid FROM contact_identities WHERE tenant_id = $1 AND contact_id = ANY ($2)",
            tenant.Value,
            family.Select(c => c.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var identities = new List<(IdentityKind, string, string)>();
        while (await reader.ReadAsync(ct))
        {
            identities.Add((Enum.Parse<IdentityKind>(reader.GetString(0)), reader.GetString(1), reader.GetString(2)));
        }

        return identities;
    }

    public static async Task<List<Guid>> PicturesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<ContactId> family,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT picture_id FROM contacts WHERE tenant_id = $1 AND id = ANY ($2) AND picture_id IS NOT NULL",
            tenant.Value,
            family.Select(c => c.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var pictures = new List<Guid>();
        while (await reader.ReadAsync(ct))
        {
            pictures.Add(reader.GetGuid(0));
        }

        return pictures;
    }

    /// <summary>The rows stay, so that what counts them stays right, and say nothing of anybody.</summary>
    public static async Task EraseAsync(ContactErasure erasure, CancellationToken ct)
    {
        foreach (
            var sql in new[]
            {
                "DELETE FROM contact_tags WHERE tenant_id = $1 AND contact_id = ANY ($2)",
                "UPDATE consent_changes SET proof = NULL WHERE tenant_id = $1 AND contact_id = ANY ($2)",
                "DELETE FROM import_rows WHERE tenant_id = $1 AND contact_id = ANY ($2)",
                "DELETE FROM contact_merges WHERE tenant_id = $1 AND (kept_id = ANY ($2) OR other_id = ANY ($2))",
                "DELETE FROM contact_pairs WHERE tenant_id = $1 AND (first_id = ANY ($2) OR second_id = ANY ($2))",
                "DELETE FROM contact_identities WHERE tenant_id = $1 AND contact_id = ANY ($2)",
            }
        )
        {
            await erasure.RunAsync(sql, ct);
        }

        await erasure.RunAsync(
            """
            UPDATE contacts SET name = NULL, push_name = NULL, phone = NULL, picture_id = NULL, fields = '{}', folded_fields = '{}', erased_at = $3
            WHERE tenant_id = $1 AND id = ANY ($2)
            """,
            ct,
            erasure.Now.ToUniversalTime()
        );
    }
}
