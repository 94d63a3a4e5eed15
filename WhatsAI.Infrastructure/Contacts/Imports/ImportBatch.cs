using System.Globalization;
using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Contacts.Consents;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>A batch of rows in the transaction that also says where the import stands: each kind of change in one statement.</summary>
internal sealed class ImportBatch(NpgsqlConnection connection, ImportClaim claim, ImportRun run, ErasedPeople erased, DateTimeOffset now)
{
    private readonly List<(ImportItem Item, ImportOutcome Outcome, ContactId? Contact)> _outcomes = [];
    private readonly List<(ContactId Contact, ConsentStep.Change Change)> _consents = [];
    private readonly Dictionary<ContactId, long> _touched = [];

    private Guid Tenant => claim.Tenant.Value;

    /// <summary>The figures so far; null: another was first with one of the numbers, nothing of it may stay.</summary>
    public async Task<ImportTally?> WriteAsync(List<ImportItem> items, long read, CancellationToken ct)
    {
        var fields = await FieldSql.AllAsync(connection, claim.Tenant, shared: true, ct);
        var known = await KnownAsync(items, fields, ct);
        var strangers = items
            .Select(i => i.Row)
            .OfType<ImportRow.Ready>()
            .Where(r => !known.ContainsKey(r.Contact.Phone.Value))
            .Select(r => (IdentityKind.Phone, r.Contact.Phone.Value));
        var gone = await erased.AmongAsync(connection, claim.Tenant, strangers, ct);
        foreach (var item in items)
        {
            Decide(
                // No file brings back who asked to be forgotten.
                item.Row
                    is ImportRow.Ready ready
                && gone.Contains((IdentityKind.Phone, ready.Contact.Phone.Value))
                    ? item with
                    {
                        Row = new ImportRow.Invalid("import.erased"),
                    }
                    : item,
                fields,
                known
            );
        }

        if (!await CreateAsync(ct))
        {
            return null;
        }

        await UpdateAsync(ct);
        await TagAsync(known, ct);
        await ConsentSql.WriteAsync(connection, claim.Tenant, _consents, run.ByName, ct);
        await ReportAsync(ct);
        var tally = run.Tally.With([.. _outcomes.Select(o => o.Outcome)]);
        await using var command = connection.Sql(
            "UPDATE contact_imports SET last_line = $3, read = $4, tally = $5 WHERE tenant_id = $1 AND id = $2",
            Tenant,
            claim.Import.Value,
            items[^1].Line,
            read,
            JsonParameter.Of(JsonSerializer.Serialize(tally, ImportActions.Json))
        );
        await command.ExecuteNonQueryAsync(ct);
        return tally;
    }

    private void Decide(ImportItem item, IReadOnlyDictionary<string, ContactField> fields, Dictionary<string, Known> known)
    {
        // A field that was deleted since the file was begun is none any more.
        var row =
            item.Row is ImportRow.Ready { Contact: var c } && c.Fields.Keys.Any(k => !fields.ContainsKey(k))
                ? new ImportRow.Ready(
                    c with
                    {
                        Fields = c
                            .Fields.Where(f => fields.ContainsKey(f.Key))
                            .ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal),
                    }
                )
                : item.Row;
        var there = row is ImportRow.Ready ready ? known.GetValueOrDefault(ready.Contact.Phone.Value) : null;
        var outcome = ImportOutcome.Decide(row, item.Earlier, there?.Over, run.Plan.Conflict);
        // A person with two numbers in two lines: the first one counts, as of one number.
        if (outcome is ImportOutcome.Updated { Contact: var again } && !_touched.TryAdd(again, item.Line))
        {
            outcome = new ImportOutcome.Duplicate(_touched[again]);
        }

        ContactId? contact = outcome switch
        {
            ImportOutcome.Created => Id.New<ContactId>(now),
            ImportOutcome.Updated updated => updated.Contact,
            _ => null,
        };
        _outcomes.Add((item, outcome, contact));
        var optIn = outcome switch
        {
            ImportOutcome.Created created => created.Contact.OptIn,
            ImportOutcome.Updated updated => updated.OptIn,
            _ => null,
        };
        if (optIn is { } yes && contact is { } whose && ConsentOf(item, there?.Consent ?? Consent.Unknown, yes) is { } change)
        {
            _consents.Add((whose, change));
        }
    }

    private ConsentStep.Change? ConsentOf(ImportItem item, Consent current, bool yes)
    {
        var line = item.Line.ToString(CultureInfo.InvariantCulture);
        var proof = OneLine.Clean($"{run.Plan.Proof} · {run.FileName}:{line}");
        var news = new ConsentNews(
            yes ? ConsentState.OptedIn : ConsentState.OptedOut,
            now,
            ConsentSource.Import,
            yes ? run.Plan.Basis : null,
            proof.Length > ConsentRules.MaxProofLength ? proof[..ConsentRules.MaxProofLength] : proof
        );
        return ConsentRules.Decide(current, news, now) as ConsentStep.Change;
    }

    private async Task<Dictionary<string, Known>> KnownAsync(
        List<ImportItem> items,
        IReadOnlyDictionary<string, ContactField> fields,
        CancellationToken ct
    )
    {
        var phones = items.Select(i => i.Row).OfType<ImportRow.Ready>().Select(r => r.Contact.Phone.Value).Distinct().ToArray();
        await using var command = connection.Sql(
            """
            SELECT i.value, c.id, c.name, c.fields, c.consent, c.consent_since, c.consent_basis, c.consent_source,
                ARRAY(SELECT t.folded_name FROM contact_tags x JOIN tags t ON t.tenant_id = $1 AND t.id = x.tag_id WHERE x.tenant_id = $1 AND x.contact_id = c.id)
            FROM contact_identities i JOIN contacts c ON c.tenant_id = $1 AND c.id = i.contact_id
            WHERE i.tenant_id = $1 AND i.kind = 'Phone' AND i.value = ANY ($2) ORDER BY c.id FOR UPDATE OF c
            """,
            Tenant,
            phones
        );
        await using var r = await command.ExecuteReaderAsync(ct);
        var known = new Dictionary<string, Known>(StringComparer.Ordinal);
        while (await r.ReadAsync(ct))
        {
            var state = Enum.Parse<ConsentState>(r.GetString(4));
            known[r.GetString(0)] = new Known(
                new ImportedOver(
                    new ContactId(r.GetGuid(1)),
                    r.IsDBNull(2) ? null : r.GetString(2),
                    FieldValues.Read(r.GetString(3), fields.Values),
                    r.GetFieldValue<string[]>(8).ToHashSet(StringComparer.Ordinal),
                    state
                ),
                new Consent(
                    state,
                    r.IsDBNull(5) ? null : r.GetFieldValue<DateTimeOffset>(5),
                    r.IsDBNull(6) ? null : Enum.Parse<LegalBasis>(r.GetString(6)),
                    r.IsDBNull(7) ? null : Enum.Parse<ConsentSource>(r.GetString(7))
                )
            );
        }

        return known;
    }

    private async Task<bool> CreateAsync(CancellationToken ct)
    {
        var made = _outcomes
            .Where(o => o.Outcome is ImportOutcome.Created)
            .Select(o => (Id: o.Contact!.Value, ((ImportOutcome.Created)o.Outcome).Contact))
            .ToList();
        if (made.Count == 0)
        {
            return true;
        }

        await using (
            var contacts = connection.Sql(
                """
                INSERT INTO contacts (id, tenant_id, name, phone, fields, folded_fields, created_at)
                SELECT id, $1, name, phone, fields::jsonb, folded::jsonb, $7
                FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) AS n (id, name, phone, fields, folded)
                """,
                Tenant,
                made.ConvertAll(m => m.Id.Value).ToArray(),
                made.ConvertAll(m => m.Contact.Name).ToArray(),
                made.ConvertAll(m => m.Contact.Phone.Value).ToArray(),
                made.ConvertAll(m => FieldValues.Write(m.Contact.Fields)).ToArray(),
                made.ConvertAll(m => FieldValues.WriteFolded(m.Contact.Fields)).ToArray(),
                now.ToUniversalTime()
            )
        )
        {
            await contacts.ExecuteNonQueryAsync(ct);
        }

        await using var identities = connection.Sql(
            """
            INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at)
            SELECT $1, 'Phone', phone, id, jid, $5 FROM unnest($2::uuid[], $3::text[], $4::text[]) AS n (id, phone, jid) ORDER BY phone
            ON CONFLICT DO NOTHING
            """,
            Tenant,
            made.ConvertAll(m => m.Id.Value).ToArray(),
            made.ConvertAll(m => m.Contact.Phone.Value).ToArray(),
            made.ConvertAll(m => Jid.Of(m.Contact.Phone).Value).ToArray(),
            now.ToUniversalTime()
        );
        return await identities.ExecuteNonQueryAsync(ct) == made.Count;
    }

    private async Task UpdateAsync(CancellationToken ct)
    {
        var changed = _outcomes
            .Select(o => o.Outcome)
            .OfType<ImportOutcome.Updated>()
            .Where(u => u.Name is not null || u.Fields.Count > 0)
            .ToList();
        if (changed.Count == 0)
        {
            return;
        }

        await using var command = connection.Sql(
            """
            UPDATE contacts c SET name = coalesce(n.name, c.name), fields = c.fields || n.fields::jsonb,
                folded_fields = c.folded_fields || n.folded::jsonb
            FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS n (id, name, fields, folded)
            WHERE c.tenant_id = $1 AND c.id = n.id
            """,
            Tenant,
            changed.ConvertAll(u => u.Contact.Value).ToArray(),
            changed.ConvertAll(u => u.Name).ToArray(),
            changed.ConvertAll(u => FieldValues.Write(u.Fields)).ToArray(),
            changed.ConvertAll(u => FieldValues.WriteFolded(u.Fields)).ToArray()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A tag that the company does not have yet is made, as long as there is room for more; what finds none is noted on its row.</summary>
    private async Task TagAsync(Dictionary<string, Known> known, CancellationToken ct)
    {
        var wanted = _outcomes.Select(o => (o.Contact, Tags: TagsOf(o.Outcome))).Where(o => o.Tags.Count > 0).ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        var names = wanted.SelectMany(w => w.Tags).DistinctBy(Tag.Fold).ToArray();
        var book = await ImportTags.EnsureAsync(connection, claim.Tenant, names, now, ct);
        var room = known.Values.ToDictionary(k => k.Over.Contact, k => Tag.MostOfOne - k.Over.Tags.Count);
        var pairs = wanted
            .SelectMany(w =>
                w.Tags.Where(t => book.ContainsKey(Tag.Fold(t)))
                    .Take(room.GetValueOrDefault(w.Contact!.Value, Tag.MostOfOne))
                    .Select(t => (w.Contact!.Value, Tag: book[Tag.Fold(t)]))
            )
            .ToList();
        for (var i = 0; i < _outcomes.Count; i++)
        {
            if (TagsOf(_outcomes[i].Outcome).Any(t => !book.ContainsKey(Tag.Fold(t))))
            {
                _outcomes[i] = _outcomes[i] with { Outcome = Noted(_outcomes[i].Outcome) };
            }
        }

        await using var command = connection.Sql(
            """
            INSERT INTO contact_tags (tenant_id, contact_id, tag_id)
            SELECT $1, contact, tag FROM unnest($2::uuid[], $3::uuid[]) AS n (contact, tag) ORDER BY contact, tag ON CONFLICT DO NOTHING
            """,
            Tenant,
            pairs.ConvertAll(p => p.Value.Value).ToArray(),
            pairs.ConvertAll(p => p.Tag).ToArray()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task ReportAsync(CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            INSERT INTO import_rows (tenant_id, import_id, line, outcome, detail, notes, contact_id)
            SELECT $1, $2, line, outcome, detail, CASE WHEN notes = '' THEN '{}' ELSE string_to_array(notes, '|') END, contact
            FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::uuid[]) AS n (line, outcome, detail, notes, contact)
            """,
            Tenant,
            claim.Import.Value,
            _outcomes.ConvertAll(o => o.Item.Line).ToArray(),
            _outcomes.ConvertAll(o => Word(o.Outcome)).ToArray(),
            _outcomes.ConvertAll(o => Detail(o.Outcome)).ToArray(),
            _outcomes.ConvertAll(o => string.Join('|', NotesOf(o.Outcome).Select(n => $"{n.Column}:{n.Key}"))).ToArray(),
            _outcomes.ConvertAll(o => o.Contact?.Value).ToArray()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string Word(ImportOutcome outcome) =>
        outcome switch
        {
            ImportOutcome.Created => "created",
            ImportOutcome.Updated => "updated",
            ImportOutcome.Duplicate => "duplicate",
            _ => "invalid",
        };

    private static string? Detail(ImportOutcome outcome) =>
        outcome switch
        {
            ImportOutcome.Duplicate duplicate => duplicate.OfLine.ToString(CultureInfo.InvariantCulture),
            ImportOutcome.Invalid invalid => invalid.Key,
            _ => null,
        };

    private static IReadOnlyList<string> TagsOf(ImportOutcome outcome) =>
        outcome switch
        {
            ImportOutcome.Created created => created.Contact.Tags,
            ImportOutcome.Updated updated => updated.Tags,
            _ => [],
        };

    private static IReadOnlyList<ImportNote> NotesOf(ImportOutcome outcome) =>
        outcome switch
        {
            ImportOutcome.Created created => created.Contact.Notes,
            ImportOutcome.Updated updated => updated.Notes,
            _ => [],
        };

    private static ImportOutcome Noted(ImportOutcome outcome)
    {
        ImportNote[] notes = [.. NotesOf(outcome), new ImportNote(0, "import.too-many-tags")];
        return outcome switch
        {
            ImportOutcome.Created created => created with { Contact = created.Contact with { Notes = notes } },
            ImportOutcome.Updated updated => updated with { Notes = notes },
            _ => outcome,
        };
    }

    private sealed record Known(ImportedOver Over, Consent Consent);
}
