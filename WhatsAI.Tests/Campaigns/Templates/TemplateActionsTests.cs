using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Contacts;

namespace WhatsAI.Tests.Campaigns.Templates;

/// <summary>Templates on PostgreSQL, each test in a company of its own.</summary>
public sealed class TemplateActionsTests : IAsyncLifetime
{
    private ContactWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await ContactWorld.CreateAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Template_is_kept_as_it_was_written()
    {
        await _world.WithFieldsAsync();
        var file = await FileAsync();
        VariantDraft[] drafts = [new("A", "Oi {{contact.first_name|cliente}}", 2), new("B", "Olá de {{field.cidade|sua cidade}}")];

        var id = await CreateAsync(new TemplateForm(" Volta  às aulas ", drafts, VariantMix.Shifting, file));

        var view = (await FindAsync(id)).ShouldNotBeNull();
        view.Name.ShouldBe("Volta às aulas");
        view.Variants.ShouldBe(
            new VariantSet(
                [new Variant("A", "Oi {{contact.first_name|cliente}}", 2), new Variant("B", "Olá de {{field.cidade|sua cidade}}")],
                VariantMix.Shifting
            )
        );
        view.File.ShouldBe(file);
    }

    [Theory]
    [InlineData("{{contact.cpf}}", "template.text-invalid")]
    [InlineData("{{field.cidade}}", "template.text-invalid")]
    [InlineData("Oi {{contact.name", "template.text-invalid")]
    [InlineData(" \u200b", "template.text-invalid")]
    public async Task What_cannot_be_sent_is_not_kept(string text, string refusal) =>
        (await RefusedAsync(a => a.CreateAsync(Words("Um", text), Ct))).ShouldBe(refusal);

    [Fact]
    public async Task Values_that_a_campaign_will_give_are_named_by_the_text()
    {
        var id = await CreateAsync(Words("Cupom", "Use {{campaign.cupom}} até {{ Campaign.prazo_final |amanhã}}"));

        (await FindAsync(id)).ShouldNotBeNull();
        (await RefusedAsync(a => a.CreateAsync(Words("Outro", "Use {{campaign.É isso}}"), Ct))).ShouldBe("template.text-invalid");
        TemplateTextTests.Catalog.Asking(["{{campaign.b}} {{CAMPAIGN.a}} {{contact.name}} {{campaign.}}"]).Campaign.ShouldBe(["b", "a"]);
        TemplateTextTests
            .Catalog.Asking(Enumerable.Range(0, 30).Select(i => $"{{{{campaign.v{i}}}}}"))
            .Campaign.Count.ShouldBe(TemplateCatalog.MostCampaign);
    }

    [Fact]
    public async Task Name_is_one_templates_whatever_its_case_until_that_is_archived()
    {
        var first = await CreateAsync(Words("Natal", "Oi"));

        (await RefusedAsync(a => a.CreateAsync(Words("NÁTAL", "Olá"), Ct))).ShouldBe("template.name-taken");
        await DoAsync(a => a.ArchiveAsync(first, Ct));
        var second = await CreateAsync(Words("Nátal", "Olá"));

        (await RefusedAsync(a => a.RestoreAsync(first, Ct))).ShouldBe("template.name-taken");
        (await PageAsync()).Rows.Select(r => r.Id).ShouldBe([second]);
        (await PageAsync(archived: true)).Rows.Select(r => r.Id).ShouldBe([first]);
        await DoAsync(a => a.ArchiveAsync(second, Ct));
        await DoAsync(a => a.RestoreAsync(first, Ct));
        (await PageAsync()).Rows.Select(r => r.Id).ShouldBe([first]);
    }

    [Fact]
    public async Task Stale_edit_is_a_conflict_and_changes_nothing()
    {
        var id = await CreateAsync(Words("Natal", "Oi"));
        var opened = (await FindAsync(id))!.Version;
        await DoAsync(a => a.ChangeAsync(id, Words("Natal", "Primeiro"), opened, Ct));

        (await RefusedAsync(a => a.ChangeAsync(id, Words("Natal", "Segundo"), opened, Ct))).ShouldBe("template.changed-meanwhile");

        (await FindAsync(id))!.Variants.Variants.ShouldHaveSingleItem().Text.ShouldBe("Primeiro");
    }

    [Fact]
    public async Task Proposed_words_stay_proposed_until_a_person_approves_them_who_is_kept()
    {
        VariantDraft mine = new("A", "Oi"),
            proposed = new("B", "Olá!", IsProposed: true);
        var id = await CreateAsync(new TemplateForm("Natal", [mine, proposed], VariantMix.Fixed, null));
        (await FindAsync(id))!.Variants.Used.Select(v => v.Key).ShouldBe(["A"]);

        // Saying that nobody proposed it does not make it so.
        await ChangeAsync(id, mine, proposed with { IsProposed = false });
        (await FindAsync(id))!.Variants.Used.Select(v => v.Key).ShouldBe(["A"]);
        (await PageAsync()).Rows.Single().Proposed.ShouldBe(1);

        await ChangeAsync(id, mine, proposed with { IsApproved = true });
        var approved = (await FindAsync(id))!;
        approved.Variants.Used.Select(v => v.Key).ShouldBe(["A", "B"]);
        approved.Variants.Variants[1].ApprovedBy.ShouldBe(_world.Tenant.OwnerId);
        approved.Approvers[_world.Tenant.OwnerId.Value].ShouldNotBeEmpty();
    }

    [Fact]
    public void Who_approved_first_remains_and_changed_words_are_approved_anew()
    {
        UserId ana = new(Guid.NewGuid()),
            bruno = new(Guid.NewGuid());
        var before = new VariantSet([new Variant("B", "Olá!", IsProposed: true, ApprovedBy: ana)]);
        VariantDraft same = new("B", "Olá!", IsProposed: true, IsApproved: true);

        VariantDraft.Settle(before, [same], bruno).Single().ApprovedBy.ShouldBe(ana);
        VariantDraft.Settle(before, [same with { Text = "Olá" }], bruno).Single().ApprovedBy.ShouldBe(bruno);
        VariantDraft.Settle(before, [same with { IsApproved = false }], bruno).Single().ApprovedBy.ShouldBeNull();
        VariantDraft.Settle(before, [new VariantDraft("A", "Oi", IsApproved: true)], bruno).Single().ShouldBe(new Variant("A", "Oi"));
    }

    [Fact]
    public void Stored_variants_are_read_as_they_were_and_those_of_another_time_send_nothing()
    {
        var set = new VariantSet(
            [new Variant("A", "x", 3), new Variant("B", "y", 0, true, new UserId(Guid.NewGuid()))],
            VariantMix.Shifting
        );

        VariantSetJson.Read(VariantSetJson.Write(set)).ShouldBe(set);
        VariantSetJson.Read("""{"later":1}""").ShouldBe(VariantSet.None);
        VariantSetJson.Read("[]").ShouldBe(VariantSet.None);
    }

    [Fact]
    public async Task Copy_says_the_same_under_its_own_name()
    {
        var file = await FileAsync();
        var id = await CreateAsync(new TemplateForm("Natal", [new("A", "Oi"), new("B", "Olá", 3)], VariantMix.Shifting, file));

        var copy = await _world.DoAsync<TemplateActions, TemplateId>(a => a.CopyAsync(id, "Natal 2", Ct));

        var (before, after) = ((await FindAsync(id))!, (await FindAsync(copy))!);
        (after.Name, after.Variants, after.File).ShouldBe(("Natal 2", before.Variants, before.File));
        (await RefusedAsync(a => a.CopyAsync(id, "natal", Ct))).ShouldBe("template.name-taken");
    }

    [Fact]
    public async Task List_pages_by_name_and_finds_by_a_part_of_it()
    {
        for (var i = 0; i < TemplateQueries.PageSize + 3; i++)
        {
            await CreateAsync(Words($"Oferta {i:00}", $"Oi {i}"));
        }

        await CreateAsync(Words("Aniversário 100%", "Parabéns"));

        var first = await PageAsync();
        var second = await PageAsync(after: first.Next);
        first
            .Rows.Concat(second.Rows)
            .Select(r => r.Name)
            .ShouldBe(["Aniversário 100%", .. Enumerable.Range(0, TemplateQueries.PageSize + 3).Select(i => $"Oferta {i:00}")]);
        second.Next.ShouldBeNull();
        (await PageAsync("ANIVERSARIO")).Rows.Select(r => r.Name).ShouldBe(["Aniversário 100%"]);
        (await PageAsync("%")).Rows.Select(r => r.Name).ShouldBe(["Aniversário 100%"]);
        (await PageAsync("_")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Person_is_known_as_a_launch_would_fix_him()
    {
        await _world.WithFieldsAsync();
        var field = (await _world.DoAsync<TemplateQueries, TemplateCatalog>(q => q.CatalogAsync(Ct))).Fields.Values;
        field.ShouldContain(f => f.Kind == FieldKind.YesNo);
        var id = await _world.ContactAsync("+5511977770001", "Marina  Albuquerque", ("cidade", "Santo André"), ("vip", "sim"));

        var person = (await _world.DoAsync<TemplateQueries, TemplatePerson?>(q => q.PersonAsync(id, Ct))).ShouldNotBeNull();

        person.Values.Values["contact.first_name"].ShouldBe("Marina");
        person.Values.Values["field.cidade"].ShouldBe("Santo André");
        person.Values.Values["field.vip"].ShouldBe("sim");
        person.Values.Values.Keys.ShouldContain("company.name");
        person.Values.Values.Keys.ShouldNotContain("field.porte");
    }

    [Fact]
    public async Task Who_was_forgotten_is_nobodys_example()
    {
        var id = await _world.ContactAsync("+5511977770001", "Marina");
        await _world.OneAsync("UPDATE contacts SET erased_at = now() WHERE tenant_id = $1 AND id = $2", id.Value);

        (await _world.DoAsync<TemplateQueries, TemplatePerson?>(q => q.PersonAsync(id, Ct))).ShouldBeNull();
    }

    [Fact]
    public async Task Templates_file_is_the_companys_whichever_numbers_one_sees()
    {
        var file = await FileAsync();
        (await SeesAsync(Role.Manager, file.Id)).ShouldBeFalse("it is no template's yet");
        await CreateAsync(new TemplateForm("Natal", [new VariantDraft("A", "Oi")], VariantMix.Fixed, file));

        (await SeesAsync(Role.Manager, file.Id)).ShouldBeTrue();
        (await SeesAsync(Role.Agent, file.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task Whoever_may_not_is_refused()
    {
        var id = await CreateAsync(Words("Natal", "Oi"));

        (await _world.RefusedAsync<TemplateActions>(a => a.CreateAsync(Words("Outro", "Oi"), Ct), Role.Agent)).ShouldBe(
            "permission.missing"
        );
        (await _world.RefusedAsync<TemplateActions>(a => a.ArchiveAsync(id, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await _world.RefusedAsync<TemplateQueries>(q => q.PageAsync(ct: Ct), Role.Agent)).ShouldBe("permission.missing");
        (await _world.RefusedAsync<TemplateQueries>(q => q.FindAsync(id, Ct), Role.Agent)).ShouldBe("permission.missing");
    }

    [Fact]
    public async Task Whoever_shows_templates_hears_of_a_new_one()
    {
        using var feed = _world.Services.Provider.GetRequiredService<EventHub>().Subscribe(_world.Tenant.Id, e => e is TemplatesChanged);

        await CreateAsync(Words("Natal", "Oi"));

        await foreach (var batch in feed.BatchesAsync(TimeSpan.FromMilliseconds(10), Ct))
        {
            batch.ShouldNotBeEmpty();
            break;
        }
    }

    private static TemplateForm Words(string name, string text) => new(name, [new VariantDraft("A", text)], VariantMix.Fixed, null);

    private async Task<ScheduledFile> FileAsync()
    {
        var upload = await _world.DoAsync<MediaActions, Upload>(a =>
            a.UploadAsync(new MemoryStream("%PDF-1.4\n%%EOF"u8.ToArray()), "Tabela.pdf", Ct)
        );
        return new ScheduledFile(upload.Id, upload.ToBody(words: null));
    }

    /// <summary>A member who sees no number.</summary>
    private async Task<bool> SeesAsync(Role role, MediaId file)
    {
        var access = new MemberAccess(role, FrozenSet<InstanceId>.Empty);
        await using var scope = _world.Services.Enter(_world.Tenant.Id, _world.Tenant.OwnerId, access);
        return await scope.ServiceProvider.GetRequiredService<MediaQueries>().FindAsync(file, Ct) is not null;
    }

    private Task<TemplateId> CreateAsync(TemplateForm form) => _world.DoAsync<TemplateActions, TemplateId>(a => a.CreateAsync(form, Ct));

    private async Task ChangeAsync(TemplateId id, params VariantDraft[] drafts)
    {
        var now = (await FindAsync(id))!;
        await DoAsync(a => a.ChangeAsync(id, new TemplateForm(now.Name, drafts, now.Variants.Mix, now.File), now.Version, Ct));
    }

    private Task DoAsync(Func<TemplateActions, Task> act) => _world.DoAsync(act);

    private Task<string> RefusedAsync(Func<TemplateActions, Task> act) => _world.RefusedAsync(act);

    private Task<TemplateView?> FindAsync(TemplateId id) => _world.DoAsync<TemplateQueries, TemplateView?>(q => q.FindAsync(id, Ct));

    private Task<KeyPage<TemplateRow, TemplateKey>> PageAsync(string? typed = null, bool archived = false, TemplateKey? after = null) =>
        _world.DoAsync<TemplateQueries, KeyPage<TemplateRow, TemplateKey>>(q => q.PageAsync(typed, archived, after, Ct));
}
