using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Segments;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Contacts;

public sealed class ContactListTests : IAsyncLifetime
{
    private ContactWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await ContactWorld.CreateAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task List_is_by_folded_name_and_pages_by_key_to_its_end()
    {
        await _world.ContactAsync("11977770003", "Zélia");
        await _world.ContactAsync("11977770001", "Élio");
        await _world.ContactAsync("11977770002", "eduardo");
        await _world.ContactAsync("11977770004");

        (await NamesAsync(new ContactFilter())).ShouldBe([null, "eduardo", "Élio", "Zélia"]);

        await FillAsync(150);
        var all = await AllAsync(new ContactFilter());
        all.Count.ShouldBe(154);
        all.Select(r => r.Id).Distinct().Count().ShouldBe(154);
        all.Select(r => r.Key.SortName).ShouldBe(all.Select(r => r.Key.SortName).Order(StringComparer.Ordinal));
        (await _world.DoAsync<ContactQueries, long?>(q => q.CountAsync(new ContactFilter(), Ct))).ShouldBe(154);
    }

    [Fact]
    public async Task Contact_is_found_by_name_number_field_and_tag_whatever_the_accents()
    {
        await _world.WithFieldsAsync();
        var elio = await _world.ContactAsync("(11) 97777-0001", "Élio Conceição", ("cidade", "São Bernardo"));
        await _world.ContactAsync("(21) 97777-0002", "Rita", ("cidade", "Niterói"));
        var gold = await _world.TagAsync("Cliente ouro");
        await _world.DoAsync<ContactActions>(a => a.TagAsync([elio], gold, on: true, Ct));

        foreach (
            var typed in new[] { "elio", "CONCEICAO", "97777-0001", "1197777", "sao bernardo", "elio bernardo", "cliente our", "'; --elio" }
        )
        {
            (await NamesAsync(new ContactFilter(typed))).ShouldBe(["Élio Conceição"], typed);
        }

        (await NamesAsync(new ContactFilter("7777"))).Count.ShouldBe(2);
        (await NamesAsync(new ContactFilter("nobody"))).ShouldBeEmpty();
        (await NamesAsync(new ContactFilter("e"))).ShouldBeEmpty();
        (await NamesAsync(new ContactFilter("elio", Consent: ConsentState.OptedIn))).ShouldBeEmpty();
        var other = await _world.Services.NewTenantAsync();
        (
            await new ContactWorld(_world.Services, other).DoAsync<ContactQueries, KeyPage<ContactRow, ContactKey>>(q =>
                q.PageAsync(new ContactFilter("elio"), null, Ct)
            )
        ).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Search_that_filters_thin_out_goes_on_to_its_last_hit()
    {
        await FillAsync(700);
        var last = (await AllAsync(new ContactFilter()))[^1].Id;
        var rare = await _world.TagAsync("raro");
        await _world.DoAsync<ContactActions>(a => a.TagAsync([last], rare, on: true, Ct));

        (await AllAsync(new ContactFilter("pessoa", rare))).ShouldHaveSingleItem().Id.ShouldBe(last);
        (await AllAsync(new ContactFilter("pessoa"))).Count.ShouldBe(700);
    }

    [Fact]
    public async Task Filters_and_segment_hold_at_once_and_a_segment_that_is_gone_selects_nobody()
    {
        var (tag, other) = (await _world.TagAsync("vip"), await _world.TagAsync("outra"));
        var ana = await _world.ContactAsync("11977770001", "Ana");
        var bia = await _world.ContactAsync("21977770002", "Bia");
        await _world.DoAsync<ContactActions>(a => a.TagAsync([ana, bia], tag, on: true, Ct));
        await _world.DoAsync<ContactActions>(a => a.TagAsync([bia], other, on: true, Ct));
        var segment = await _world.DoAsync<SegmentActions, SegmentId>(a =>
            a.CreateAsync(new SegmentForm("São Paulo", new SegmentRule.All([new SegmentRule.PhoneStarts("+5511")])), Ct)
        );

        (await NamesAsync(new ContactFilter(Tag: tag))).ShouldBe(["Ana", "Bia"]);
        (await NamesAsync(new ContactFilter(Tag: tag, Segment: segment))).ShouldBe(["Ana"]);
        (await NamesAsync(new ContactFilter(Tag: other, Segment: segment))).ShouldBeEmpty();
        (await NamesAsync(new ContactFilter(Segment: new SegmentId(Guid.NewGuid())))).ShouldBeEmpty();
        (await _world.DoAsync<ContactQueries, long?>(q => q.CountAsync(new ContactFilter(Segment: segment), Ct))).ShouldBe(1);
    }

    [Fact]
    public async Task Who_was_merged_or_forgotten_stands_in_no_list()
    {
        var (ana, bia) = (await _world.ContactAsync("11977770001", "Ana"), await _world.ContactAsync("11977770002", "Bia"));
        var carla = await _world.ContactAsync("11977770003", "Carla");
        await _world.OneAsync("UPDATE contacts SET merged_into = $3 WHERE tenant_id = $1 AND id = $2", ana.Value, carla.Value);
        await _world.OneAsync("UPDATE contacts SET erased_at = now() WHERE tenant_id = $1 AND id = $2", bia.Value);

        (await NamesAsync(new ContactFilter())).ShouldBe(["Carla"]);
        (await NamesAsync(new ContactFilter("ana"))).ShouldBeEmpty();
        // Whoever was merged is found in the one that stays.
        (await _world.ViewAsync(ana)).Id.ShouldBe(carla);
        (await _world.DoAsync<ContactQueries, ContactView?>(q => q.FindAsync(bia, Ct))).ShouldBeNull();
    }

    [Fact]
    public async Task Agent_sees_no_list() =>
        (await _world.RefusedAsync<ContactQueries>(q => q.PageAsync(new ContactFilter(), null, Ct), Role.Agent)).ShouldBe(
            "permission.missing"
        );

    [Fact]
    public async Task Page_is_cut_from_the_index_of_names_however_deep()
    {
        await FillAsync(20_000);
        await _world.OneAsync("ANALYZE contacts");
        await using var database = NpgsqlDataSource.Create(await TestDatabase.AppAsync());
        await using var transaction = await database.BeginAsync(_world.Tenant.Id, Ct);
        var key = new ContactKey("pessoa 15000", new ContactId(Guid.Empty));
        var scope = new ContactScope(null, null, null, SegmentDay.Of(DateTimeOffset.UtcNow, TimeZoneInfo.Utc));
        await using var page = ContactListSql.Page(transaction.Connection, _world.Tenant.Id, scope, key, 61);
        page.CommandText = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + page.CommandText;
        var plan = "";
        await using (var reader = await page.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct))
            {
                plan += reader.GetString(0) + "\n";
            }
        }

        plan.ShouldContain("ix_contacts_list");
        plan.ShouldNotContain("Seq Scan");
        // The place is part of the index's condition: nothing before it is walked through.
        plan.ShouldNotContain("Rows Removed by Filter");
    }

    private Task FillAsync(int people) =>
        _world.OneAsync(
            """
            INSERT INTO contacts (id, tenant_id, name, phone, created_at)
            SELECT gen_random_uuid(), $1, 'Pessoa ' || lpad(n::text, 5, '0'), '+5531' || (900000000 + n), now() FROM generate_series(1, $2::int) n
            """,
            people
        );

    private async Task<List<ContactRow>> AllAsync(ContactFilter filter)
    {
        var all = new List<ContactRow>();
        ContactKey? after = null;
        do
        {
            var page = await _world.DoAsync<ContactQueries, KeyPage<ContactRow, ContactKey>>(q => q.PageAsync(filter, after, Ct));
            all.AddRange(page.Rows);
            after = page.Next;
        } while (after is not null);

        return all;
    }

    private async Task<IReadOnlyList<string?>> NamesAsync(ContactFilter filter) => [.. (await AllAsync(filter)).Select(r => r.Name)];
}
