using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Contacts.Segments;
using WhatsAI.Infrastructure.Contacts.Tags;

namespace WhatsAI.Tests.Contacts;

public sealed class ContactActionsTests : IAsyncLifetime
{
    private ContactWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await ContactWorld.CreateAsync();
        await _world.WithFieldsAsync();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Number_is_somebodys_once_however_it_is_spelled()
    {
        var ana = await _world.ContactAsync("(11) 97777-0001", " Ana  Ribeiro ", ("cidade", "Osasco"), ("vip", "sim"), ("porte", ""));

        var view = await _world.ViewAsync(ana);
        (view.OwnName, view.Phone).ShouldBe(("Ana Ribeiro", "+5511977770001"));
        view.Fields.ShouldBe(
            new Dictionary<string, FieldValue> { ["cidade"] = new FieldValue.Text("Osasco"), ["vip"] = new FieldValue.YesNo(true) },
            ignoreOrder: true
        );
        // Without the ninth digit it is the same mobile.
        (await CreateRefusedAsync("551177770001")).ShouldBe("contact.phone-taken");
        (await CreateRefusedAsync("abc")).ShouldBe("contact.phone-invalid");
        (await _world.OneAsync("SELECT count(*) FROM contacts WHERE tenant_id = $1")).ShouldBe(1L);
    }

    [Fact]
    public async Task Values_that_fit_no_field_are_refused_with_the_fields_name()
    {
        (await CreateRefusedAsync("11977770001", ("total_no_ano", "muitos"))).ShouldBe("contact.field-invalid");
        (await CreateRefusedAsync("11977770001", ("email", "x"))).ShouldBe("field.gone");
        (await _world.OneAsync("SELECT count(*) FROM contacts WHERE tenant_id = $1")).ShouldBe(0L);
    }

    [Fact]
    public async Task Two_members_change_different_values_and_neither_is_lost()
    {
        var id = await _world.ContactAsync("11977770001", "Ana", ("cidade", "Osasco"));
        var seen = new FieldValue.Text("Osasco");

        await SaveAsync(id, new ContactEdit("Ana", "Ana Maria", []));
        await SaveAsync(id, new ContactEdit("Ana", "Ana", [new FieldEdit("cidade", seen, "Santos")]));

        var view = await _world.ViewAsync(id);
        (view.OwnName, view.Fields["cidade"]).ShouldBe(("Ana Maria", new FieldValue.Text("Santos")));
        (await _world.RefusedAsync<ContactActions>(a => a.SaveAsync(id, new ContactEdit("Ana", "Outra", []), Ct))).ShouldBe(
            "contact.changed-meanwhile"
        );
        (
            await _world.RefusedAsync<ContactActions>(a =>
                a.SaveAsync(id, new ContactEdit("Ana Maria", "Ana Maria", [new FieldEdit("cidade", seen, "Mauá")]), Ct)
            )
        ).ShouldBe("contact.changed-meanwhile");
        await SaveAsync(id, new ContactEdit("Ana Maria", "", [new FieldEdit("cidade", new FieldValue.Text("Santos"), "")]));
        view = await _world.ViewAsync(id);
        (view.OwnName, view.Fields.Count).ShouldBe((null, 0));
    }

    [Fact]
    public async Task Tag_is_put_on_many_and_taken_off_and_goes_with_all_its_carriers()
    {
        var (ana, bia) = (await _world.ContactAsync("11977770001"), await _world.ContactAsync("11977770002"));
        var tag = await _world.TagAsync("VIP");

        await _world.DoAsync<ContactActions>(a => a.TagAsync([ana, bia, ana, new ContactId(Guid.NewGuid())], tag, on: true, Ct));
        await _world.DoAsync<ContactActions>(a => a.TagAsync([bia], tag, on: false, Ct));

        (await _world.ViewAsync(ana)).Tags.ShouldBe([tag]);
        (await _world.ViewAsync(bia)).Tags.ShouldBeEmpty();
        (await _world.DoAsync<ContactCatalogQueries, int>(q => q.CarriersAsync(tag, Ct))).ShouldBe(1);
        await _world.DoAsync<TagActions>(a => a.DeleteAsync(tag, Ct));
        (await _world.ViewAsync(ana)).Tags.ShouldBeEmpty();
        (await _world.RefusedAsync<ContactActions>(a => a.TagAsync([ana], tag, on: true, Ct))).ShouldBe("tag.gone");
    }

    [Fact]
    public async Task What_a_segment_asks_for_is_not_deleted_and_a_deleted_field_takes_its_values_along()
    {
        var id = await _world.ContactAsync("11977770001", null, ("cidade", "Osasco"), ("vip", "sim"));
        var tag = await _world.TagAsync("VIP");
        var city = (await CatalogAsync()).Fields.Single(f => f.Key == "cidade");
        var rule = new SegmentRule.Any([new SegmentRule.HasTag(tag), new SegmentRule.FieldIs("cidade", new FieldTest.IsSet())]);
        var segment = await _world.DoAsync<SegmentActions, SegmentId>(a => a.CreateAsync(new SegmentForm("Deles", rule), Ct));

        (await _world.RefusedAsync<TagActions>(a => a.DeleteAsync(tag, Ct))).ShouldBe("tag.in-use");
        (await _world.RefusedAsync<FieldActions>(a => a.DeleteAsync(city.Id, Ct))).ShouldBe("field.in-use");
        (await _world.DoAsync<ContactCatalogQueries, long>(q => q.HoldersAsync(city.Id, Ct))).ShouldBe(1);
        await _world.DoAsync<SegmentActions>(a => a.DeleteAsync(segment, Ct));
        await _world.DoAsync<FieldActions>(a => a.DeleteAsync(city.Id, Ct));

        (await _world.ViewAsync(id)).Fields.Keys.ShouldBe(["vip"]);
        // Made anew under the same name it begins empty, also as another kind.
        await _world.DoAsync<FieldActions, FieldId>(a => a.CreateAsync("Cidade", FieldKind.Number, [], Ct));
        (await _world.ViewAsync(id)).Fields.Keys.ShouldBe(["vip"]);
        (await _world.OneAsync("SELECT folded_fields::text FROM contacts WHERE tenant_id = $1")).ShouldBe("{}");
    }

    [Fact]
    public async Task Segment_names_only_what_the_company_has()
    {
        var foreign = await new ContactWorld(_world.Services, await _world.Services.NewTenantAsync()).TagAsync("VIP");
        var rule = new SegmentRule.All([new SegmentRule.HasTag(foreign)]);

        (await _world.RefusedAsync<SegmentActions>(a => a.CreateAsync(new SegmentForm("x", rule), Ct))).ShouldBe("segment.rule-invalid");
        (await _world.RefusedAsync<SegmentActions>(a => a.CreateAsync(new SegmentForm("x", null), Ct))).ShouldBe("segment.rule-invalid");
        var count = await _world.DoAsync<SegmentQueries, SegmentCount>(q => q.CountAsync(rule, Ct));
        (count.Count, count.Problems.Single().Key).ShouldBe((null, "segment-bad.tag-gone"));
        var ana = await _world.ContactAsync("11977770001", "Ana");
        count = await _world.DoAsync<SegmentQueries, SegmentCount>(q => q.CountAsync(new SegmentRule.PhoneStarts("+5511"), Ct));
        (count.Count, count.First.Single().Id).ShouldBe((1, ana));
        await _world.ContactAsync("21977770002", "Bia");
        var ofRio = new SegmentRule.PhoneStarts("+5521");
        count = await _world.DoAsync<SegmentQueries, SegmentCount>(q =>
            q.CountAsync(new SegmentRule.All([new SegmentRule.PhoneStarts("+55"), new SegmentRule.Not(ofRio)]), Ct)
        );
        (count.Count, count.Parts[0].Count, count.Parts[1].Count).ShouldBe((1, 2, 1));
        count.Parts[1].Rule.ShouldBeSameAs(ofRio);
    }

    [Fact]
    public async Task Names_are_taken_and_stale_copies_refused()
    {
        var tag = await _world.TagAsync("Cliente Ouro");
        var version = (await CatalogAsync()).Tags.Single().Version;
        (await _world.RefusedAsync<TagActions>(a => a.CreateAsync("CLIENTE OURO", 2, Ct))).ShouldBe("tag.name-taken");
        await _world.DoAsync<TagActions>(a => a.ChangeAsync(tag, "Prata", 2, version, Ct));
        (await _world.RefusedAsync<TagActions>(a => a.ChangeAsync(tag, "Bronze", 2, version, Ct))).ShouldBe("tag.changed-meanwhile");
        (await _world.RefusedAsync<FieldActions>(a => a.CreateAsync("CIDADE", FieldKind.Text, [], Ct))).ShouldBe("field.name-taken");
        var form = new SegmentForm("Todos", new SegmentRule.Added(1));
        await _world.DoAsync<SegmentActions, SegmentId>(a => a.CreateAsync(form, Ct));
        (await _world.RefusedAsync<SegmentActions>(a => a.CreateAsync(form, Ct))).ShouldBe("segment.name-taken");
    }

    [Fact]
    public async Task Agent_changes_nothing()
    {
        var id = await _world.ContactAsync("11977770001");

        foreach (
            var refused in new[]
            {
                await _world.RefusedAsync<ContactActions>(a => a.SaveAsync(id, new ContactEdit(null, "x", []), Ct), Role.Agent),
                await _world.RefusedAsync<ContactActions>(a => a.CreateAsync(new NewContact("11977770009", null, [], []), Ct), Role.Agent),
                await _world.RefusedAsync<TagActions>(a => a.CreateAsync("x", 1, Ct), Role.Agent),
                await _world.RefusedAsync<FieldActions>(a => a.CreateAsync("x", FieldKind.Text, [], Ct), Role.Agent),
                await _world.RefusedAsync<SegmentActions>(
                    a => a.CreateAsync(new SegmentForm("x", new SegmentRule.Added(1)), Ct),
                    Role.Agent
                ),
                await _world.RefusedAsync<SegmentQueries>(q => q.CountAsync(new SegmentRule.Added(1), Ct), Role.Agent),
            }
        )
        {
            refused.ShouldBe("permission.missing");
        }
    }

    private Task SaveAsync(ContactId id, ContactEdit edit) => _world.DoAsync<ContactActions>(a => a.SaveAsync(id, edit, Ct));

    private Task<ContactCatalog> CatalogAsync() => _world.DoAsync<ContactCatalogQueries, ContactCatalog>(q => q.ReadAsync(Ct));

    private Task<string> CreateRefusedAsync(string phone, params (string Key, string Text)[] fields) =>
        _world.RefusedAsync<ContactActions>(a =>
            a.CreateAsync(new NewContact(phone, null, [], [.. fields.Select(f => new FieldText(f.Key, f.Text))]), Ct)
        );
}
