using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Contacts.Privacy;

/// <summary>A person asks what is kept of him, and to be forgotten.</summary>
public sealed class PersonalDataActionsTests : IAsyncLifetime
{
    private const string Jid = "5511977770001@s.whatsapp.net";
    private const string Digits = "977770001";
    private MessagingWorld _world = null!;
    private TestServices _services = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _world = await MessagingWorld.CreateAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task What_is_given_holds_everything_that_the_rules_name_and_nothing_of_others()
    {
        var id = await SeedAsync();
        await _world.DeliverAsync(Hook.Text("de outra pessoa", Hook.NewId(), "5511966660002@s.whatsapp.net", null));

        var parts = await ExportAsync(id);

        var names = PersonalDataRules.All.Where(r => r.IsExported).Select(r => r.Data).ToList();
        ErasureSql
            .Parts.Concat(_services.Provider.GetServices<IContactStep>().SelectMany(s => s.Parts))
            .Select(p => p.Data)
            .Distinct()
            .ShouldBe(names, ignoreOrder: true);
        parts["contact.json"].ShouldContain("Zulmira Segredo");
        parts["identities.json"].ShouldContain(Digits);
        parts["fields-and-tags.json"].ShouldContain("Osasco");
        parts["fields-and-tags.json"].ShouldContain("VIP");
        parts["consent.json"].ShouldContain("OptedOut");
        parts["suppressions.json"].ShouldContain(Digits);
        parts["messages.json"].ShouldContain("meu segredo");
        parts["campaign-recipients.json"].ShouldContain("Zulmira");
        parts["campaign-exclusions.json"].ShouldContain(Digits);
        parts["notes.json"].ShouldContain("anotado sobre ela");
        parts["scheduled-messages.json"].ShouldContain("agendado para ela");
        string.Concat(parts.Values).ShouldNotContain("de outra pessoa");
        System.Text.Json.JsonDocument.Parse(parts["messages.json"]).RootElement.GetArrayLength().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Forgotten_person_stands_in_no_table_of_the_company()
    {
        var id = await SeedAsync();
        (await TracesAsync()).ShouldNotBeEmpty();

        await EraseAsync(id);

        (await TracesAsync()).ShouldBeEmpty();
        await _world.CountersShouldBeTrueAsync();
        (await _world.OneAsync<bool>("SELECT erased_at IS NOT NULL FROM contacts WHERE tenant_id = $1")).ShouldBeTrue();
        (
            await _world.OneAsync<string>(
                "SELECT string_agg(DISTINCT delivery, ',') FROM messages WHERE tenant_id = $1 AND reason = 'skipped.erased'"
            )
        ).ShouldBe("Skipped");
        (await _world.OneAsync<string>("SELECT status FROM conversation_heads WHERE tenant_id = $1")).ShouldBe("Resolved");
        (await _world.CountAsync("erased_identities")).ShouldBe(1);
        (await RefusedAsync(id)).ShouldBe("contact.gone");
    }

    [Fact]
    public async Task File_that_a_template_or_a_campaign_goes_out_with_stays_when_somebody_who_got_it_is_forgotten()
    {
        var id = await SeedAsync();
        foreach (var name in new[] { "template", "campaign", "own" })
        {
            await _world.RunAsync(
                """
                WITH f AS (
                    INSERT INTO media_files (id, tenant_id, hash, size, content_type, file_name, stored_at)
                    VALUES (gen_random_uuid(), $1, md5($2), 1, 'text/plain', $2, now()) RETURNING id
                )
                INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, media_id, media_state,
                    delivery, media_attempts, attempts, settle_count)
                SELECT gen_random_uuid(), $1, c.id, c.instance_id, 'Out', 'Console', 'Document', '', '{"k":"text","text":""}', now(), now(), f.id, 'Ready', 'Sent', 0, 0, 0
                FROM conversations c, f WHERE c.tenant_id = $1
                """,
                name
            );
        }

        await _world.RunAsync(
            """
            INSERT INTO message_templates (id, tenant_id, name, folded_name, variants, media_id, file, created_at, changed_at)
            SELECT gen_random_uuid(), $1, 'x', 'x', '{}', id, '{}', now(), now() FROM media_files WHERE tenant_id = $1 AND file_name = 'template'
            """
        );
        await _world.RunAsync(
            "UPDATE campaigns SET media_id = (SELECT id FROM media_files WHERE tenant_id = $1 AND file_name = 'campaign') WHERE tenant_id = $1"
        );

        await EraseAsync(id);

        (await _world.ListAsync("SELECT file_name FROM media_files WHERE tenant_id = $1 ORDER BY 1")).ShouldBe(["campaign", "template"]);
    }

    [Fact]
    public async Task What_the_person_said_in_a_group_is_given_and_forgotten_and_what_others_said_stays()
    {
        var id = await SeedAsync();
        await _world.RunAsync(
            """
            WITH c AS (
                INSERT INTO conversations (id, tenant_id, instance_id, kind, group_jid, created_at)
                SELECT gen_random_uuid(), $1, instance_id, 'Group', '120363041234567890@g.us', now() FROM conversations WHERE tenant_id = $1 RETURNING id, instance_id
            ), m AS (
                INSERT INTO messages (id, tenant_id, conversation_id, instance_id, sender_id, direction, origin, kind, text, body, sent_at, created_at, media_attempts, attempts, settle_count)
                SELECT gen_random_uuid(), $1, c.id, c.instance_id, s.id, 'In', 'Phone', 'Text', s.text, jsonb_build_object('k', 'text', 'text', s.text), now(), now(), 0, 0, 0
                FROM c, (VALUES ($2, 'no grupo segredo'), (gen_random_uuid(), 'de outro no grupo')) AS s (id, text)
            ) SELECT 1
            """,
            id.Value
        );
        var given = (await ExportAsync(id))["messages.json"];
        (given.Contains("no grupo segredo", StringComparison.Ordinal), given.Contains("de outro", StringComparison.Ordinal)).ShouldBe(
            (true, false)
        );

        await EraseAsync(id);

        (await TracesAsync()).ShouldBeEmpty();
        (await _world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND text = 'de outro no grupo'")).ShouldBe(1L);
    }

    [Fact]
    public async Task Who_was_merged_into_the_person_is_forgotten_with_him()
    {
        var id = await SeedAsync();
        await _world.DeliverAsync(Hook.Text("pelo outro", Hook.NewId(), "351977770001@s.whatsapp.net", null));
        var twin = new ContactId(await _world.OneAsync<Guid>("SELECT id FROM contacts WHERE tenant_id = $1 AND phone = '+351977770001'"));
        await using (var scope = Enter())
        {
            await scope.ServiceProvider.GetRequiredService<MergeActions>().MergeAsync(id, twin, Ct);
        }

        await EraseAsync(twin);

        (await TracesAsync()).ShouldBeEmpty();
        (await _world.OneAsync<object>("SELECT count(*) FROM contacts WHERE tenant_id = $1 AND erased_at IS NULL")).ShouldBe(0L);
        (await _world.CountAsync("erased_identities")).ShouldBe(2);
        (await _world.CountAsync("contact_merges")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_writes_again_is_known_again_and_opted_out_and_may_say_otherwise()
    {
        await EraseAsync(await SeedAsync());

        await _world.DeliverAsync(Hook.Text("voltei", Hook.NewId(), Jid, null));

        (
            await _world.OneAsync<string>(
                "SELECT consent || ' ' || consent_source FROM contacts WHERE tenant_id = $1 AND erased_at IS NULL"
            )
        ).ShouldBe("OptedOut Erasure");
        (await _world.CountAsync("suppressions")).ShouldBe(1);
    }

    [Fact]
    public async Task Neither_a_file_nor_a_member_brings_the_person_back()
    {
        await EraseAsync(await SeedAsync());
        await using var scope = Enter();
        var actions = scope.ServiceProvider.GetRequiredService<ImportActions>();
        var import = await actions.UploadAsync(
            new MemoryStream(Encoding.UTF8.GetBytes("Nome;Celular\nZulmira;11977770001\nOutra;11966660002\n")),
            "clientes.csv",
            Ct
        );
        var plan = new ImportPlan(
            new ColumnMapping([new ColumnTarget.Name(), new ColumnTarget.Phone()], HasHeader: true),
            null,
            ImportConflict.KeepOurs,
            "pt-BR",
            null,
            null
        );
        await actions.StartAsync(import, plan, Ct);

        await _services.Provider.GetRequiredService<ImportWork>().RunAsync(Ct);

        (
            await _world.OneAsync<string>(
                "SELECT string_agg(outcome || ' ' || coalesce(detail, ''), ',' ORDER BY line) FROM import_rows WHERE tenant_id = $1"
            )
        ).ShouldBe("invalid import.erased,created ");
        (
            await Should.ThrowAsync<Core.Common.RuleException>(() =>
                scope.ServiceProvider.GetRequiredService<ContactActions>().CreateAsync(new NewContact("11977770001", "Zulmira", [], []), Ct)
            )
        ).Key.ShouldBe("contact.erased");
    }

    [Fact]
    public async Task It_is_for_admins_who_see_every_number()
    {
        var id = await SeedAsync();

        (await RefusedAsync(id, MemberAccess.Everything(Role.Manager))).ShouldBe("permission.missing");
        (await RefusedAsync(id, new MemberAccess(Role.Admin, [_world.Instance]))).ShouldBe("personal-data.all-numbers");
        var other = await MessagingWorld.CreateAsync();
        (await RefusedAsync(id, MemberAccess.Everything(Role.Owner), other.Tenant)).ShouldBe("contact.gone");
        (await TracesAsync()).ShouldNotBeEmpty();
    }

    /// <summary>A person of whom something is kept wherever something can be.</summary>
    private async Task<ContactId> SeedAsync()
    {
        await _world.DeliverAsync(Hook.Text("meu segredo", Hook.NewId(), Jid, null), Hook.Text("mais um segredo", Hook.NewId(), Jid, null));
        var conversation = await _world.OneAsync<Guid>("SELECT id FROM conversations WHERE tenant_id = $1");
        await _world.DeliverAsync(Hook.Text("sair", Hook.NewId(), Jid, null));
        foreach (
            var sql in new[]
            {
                "UPDATE contacts SET name = 'Zulmira Segredo', fields = '{\"cidade\":\"Osasco\"}', folded_fields = '{\"cidade\":\"osasco\"}' WHERE tenant_id = $1",
                "INSERT INTO tags (id, tenant_id, name, folded_name, colour, created_at) VALUES (gen_random_uuid(), $1, 'VIP', 'vip', 1, now())",
                "INSERT INTO contact_tags (tenant_id, contact_id, tag_id) SELECT $1, p.id, t.id FROM contacts p, tags t WHERE p.tenant_id = $1 AND t.tenant_id = $1",
                $"""
                    INSERT INTO scheduled_messages (id, tenant_id, conversation_id, instance_id, author_id, text, due_at, zone, cancels_on_reply, created_at, state)
                    SELECT gen_random_uuid(), $1, id, instance_id, gen_random_uuid(), 'agendado para ela segredo', now() + interval '1 day', 'Etc/UTC', false, now(), 'Scheduled'
                    FROM conversations WHERE id = '{conversation}' AND tenant_id = $1
                    """,
                $$$"""
                    INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, media_attempts, attempts, settle_count)
                    SELECT gen_random_uuid(), $1, id, instance_id, 'Out', 'Console', 'Note', 'anotado sobre ela segredo', '{"k":"note","text":"anotado sobre ela segredo"}', now(), now(), 0, 0, 0
                    FROM conversations WHERE id = '{{{conversation}}}' AND tenant_id = $1
                    """,
                """
                    INSERT INTO import_rows (tenant_id, import_id, line, outcome, notes, contact_id)
                    SELECT $1, i.id, 2, 'created', '{}', p.id FROM contacts p, i WHERE p.tenant_id = $1
                    """,
                """
                    INSERT INTO campaigns (id, tenant_id, name, folded_name, author_id, values, hours, canary, reply_days, state, state_since, created_at)
                    VALUES (gen_random_uuid(), $1, 'Dezembro', 'dezembro', gen_random_uuid(), '{}', '[]', '{}', 3, 'Running', now(), now())
                    """,
                """
                    INSERT INTO campaign_recipients (tenant_id, campaign_id, contact_id, place, phone, source, values, state, not_before)
                    SELECT $1, c.id, p.id, 0, '+5511977770001', 0, '{"contact.name":"Zulmira"}', 'Sent', now() FROM campaigns c, contacts p
                    WHERE c.tenant_id = $1 AND p.tenant_id = $1
                    """,
                """
                    INSERT INTO campaign_exclusions (tenant_id, campaign_id, contact_id, reason, phone)
                    SELECT $1, c.id, p.id, 'OverCap', '+5511977770001' FROM campaigns c, contacts p WHERE c.tenant_id = $1 AND p.tenant_id = $1
                    """,
                "UPDATE consent_changes SET proof = 'segredo dela' WHERE tenant_id = $1",
                "UPDATE conversation_heads SET last_preview = 'segredo' WHERE tenant_id = $1",
            }
        )
        {
            await _world.RunAsync(
                sql.Contains(", i WHERE", StringComparison.Ordinal)
                    ? """
                    WITH i AS (
                        INSERT INTO contact_imports (id, tenant_id, file_name, format, size, state, last_line, read, by_name, created_at)
                        VALUES (gen_random_uuid(), $1, 'x.csv', 'Csv', 1, 'Done', 0, 0, 'x', now()) RETURNING id
                    ), r AS (
                        INSERT INTO import_rows (tenant_id, import_id, line, outcome, notes, contact_id)
                        SELECT $1, i.id, 2, 'created', '{}', p.id FROM contacts p, i WHERE p.tenant_id = $1
                    ) SELECT 1
                    """
                    : sql
            );
        }

        return new ContactId(await _world.OneAsync<Guid>("SELECT id FROM contacts WHERE tenant_id = $1"));
    }

    /// <summary>The tables of the company in which something of the person can be read.</summary>
    private async Task<IReadOnlyList<string>> TracesAsync()
    {
        var tables = new List<string>();
        await using (
            var command = _world.Owner.CreateCommand(
                "SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1"
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct))
            {
                tables.Add(reader.GetString(0));
            }
        }

        var found = new List<string>();
        foreach (var table in tables)
        {
            // The journal keeps bytes, which read as hexadecimal digits.
            var text = table == "journal" ? "convert_from(r.body, 'UTF8')" : "r::text";
            await using var command = _world.Owner.CreateCommand(
                $"SELECT count(*) FROM {table} r WHERE r.tenant_id = $1 AND {text} ~* 'segredo|{Digits}|zulmira|osasco'"
            );
            command.Parameters.Add(new NpgsqlParameter { Value = _world.Tenant.Value });
            if (await command.ExecuteScalarAsync(Ct) is > 0L)
            {
                found.Add(table);
            }
        }

        return found;
    }

    private AsyncServiceScope Enter(MemberAccess? access = null, TenantId? tenant = null) =>
        _services.Enter(tenant ?? _world.Tenant, new UserId(Guid.NewGuid()), access ?? MemberAccess.Everything(Role.Admin));

    private async Task EraseAsync(ContactId id)
    {
        await using var scope = Enter();
        await scope.ServiceProvider.GetRequiredService<PersonalDataActions>().EraseAsync(id, Ct);
    }

    private async Task<string> RefusedAsync(ContactId id, MemberAccess? access = null, TenantId? tenant = null)
    {
        await using var scope = Enter(access, tenant);
        var services = scope.ServiceProvider;
        var erase = await Should.ThrowAsync<Core.Common.RuleException>(() =>
            services.GetRequiredService<PersonalDataActions>().EraseAsync(id, Ct)
        );
        var read = await Should.ThrowAsync<Core.Common.RuleException>(() =>
            services.GetRequiredService<PersonalDataQueries>().ExportAsync(id, Ct)
        );
        read.Key.ShouldBe(erase.Key);
        return erase.Key;
    }

    private async Task<Dictionary<string, string>> ExportAsync(ContactId id)
    {
        await using var scope = Enter();
        var file = await scope.ServiceProvider.GetRequiredService<PersonalDataQueries>().ExportAsync(id, Ct);
        await using var content = file.Content;
        using var zip = new ZipArchive(content, ZipArchiveMode.Read);
        var parts = new Dictionary<string, string>();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            parts[entry.FullName] = await reader.ReadToEndAsync(Ct);
        }

        return parts;
    }
}
