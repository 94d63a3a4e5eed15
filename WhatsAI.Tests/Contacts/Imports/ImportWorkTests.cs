using System.Text;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Contacts.Imports;

/// <summary>A file from its upload to the report of its lines.</summary>
public sealed class ImportWorkTests : IAsyncLifetime
{
    private static readonly ColumnTarget[] _columns =
    [
        new ColumnTarget.Name(),
        new ColumnTarget.Phone(),
        new ColumnTarget.Tags(),
        new ColumnTarget.OptIn(),
        new ColumnTarget.Field("cidade"),
        new ColumnTarget.Field("total_no_ano"),
    ];

    private ContactWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await ContactWorld.CreateAsync();
        await _world.WithFieldsAsync();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Each_line_becomes_what_it_says_and_the_report_says_what_became_of_it()
    {
        var ana = await _world.ContactAsync("11977770001", "Ana", ("cidade", "Osasco"));
        var id = await UploadAsync(
            """
            Nome;Celular;Etiquetas;Aceite;Cidade;Total
            Ana Maria;(11) 97777-0001;ouro;sim;Santos;"1.234,5"
            =HYPERLINK("x");'+55 11 97777-0002;ouro, novo;não;"São
            Paulo";muitos
            Outra;11977770002;;;;
            Ruim;123;;;;
            Rita;21 97777-0003;;sim;;
            """
        );

        await StartAsync(id);
        await RunAsync();

        var view = await ViewAsync(id);
        (view.State, view.Read).ShouldBe((ImportState.Done, view.Size));
        (view.Tally.Created, view.Tally.Updated, view.Tally.Duplicates, view.Tally.Noted).ShouldBe((2, 1, 1, 1));
        view.Tally.Invalid.ShouldBe(new Dictionary<string, int> { ["import.phone-invalid"] = 1 });
        var lines = await _world.DoAsync<ImportQueries, IReadOnlyList<ImportLineRow>>(q => q.LinesAsync(id, 0, 100, Ct));
        lines
            .Select(l => $"{l.Line} {l.Outcome} {l.Detail} {string.Join('|', l.Notes)}".TrimEnd())
            .ShouldBe(["2 updated", "3 created  5:field-bad.number", "5 duplicate 3", "6 invalid import.phone-invalid", "7 created"]);

        // What is ours stays, what we had none of comes in, and what the person said is a line with its proof.
        var kept = await _world.ViewAsync(ana);
        (kept.OwnName, kept.Fields["cidade"], kept.Fields["total_no_ano"], kept.Tags.Count).ShouldBe(
            ("Ana", new FieldValue.Text("Osasco"), new FieldValue.Number(1234.5m), 1)
        );
        (kept.Consent.State, kept.History.Single().Source, kept.History.Single().ByName).ShouldBe(
            (ConsentState.OptedIn, ConsentSource.Import, "Ana Ribeiro")
        );
        kept.History.Single().Proof.ShouldBe("formulário de novembro · clientes.csv:2");
        var left = (
            await _world.DoAsync<ContactQueries, KeyPage<ContactRow, ContactKey>>(q =>
                q.PageAsync(new ContactFilter("HYPERLINK"), null, Ct)
            )
        ).Rows.Single();
        (left.Consent, left.Phone, left.Tags.Count).ShouldBe((ConsentState.OptedOut, "+5511977770002", 2));
        (await _world.OneAsync("SELECT count(*) FROM suppressions WHERE tenant_id = $1")).ShouldBe(1L);
        (await _world.OneAsync("SELECT count(*) FROM import_chunks WHERE tenant_id = $1")).ShouldBe(0L);
        (await _world.OneAsync("SELECT count(*) FROM import_work WHERE tenant_id = $1")).ShouldBe(0L);
    }

    [Fact]
    public async Task File_wins_where_it_is_told_to_and_takes_no_opt_out_back()
    {
        var ana = await _world.ContactAsync("11977770001", "Ana", ("cidade", "Osasco"));
        await _world.OneAsync("UPDATE contacts SET consent = 'OptedOut', consent_since = now() WHERE tenant_id = $1");
        var id = await UploadAsync("Nome;Celular;Etiquetas;Aceite;Cidade;Total\nAna Maria;11977770001;;sim;Santos;\n");

        await StartAsync(id, ImportConflict.TakeTheFiles);
        await RunAsync();

        var view = await _world.ViewAsync(ana);
        (view.OwnName, view.Fields["cidade"], view.Consent.State).ShouldBe(
            ("Ana Maria", new FieldValue.Text("Santos"), ConsentState.OptedOut)
        );
    }

    [Fact]
    public async Task Killed_in_the_middle_it_goes_on_behind_the_last_line_without_doubles()
    {
        const int people = 3_500;
        var id = await UploadAsync(Lines(people));
        await StartAsync(id);
        using (var killed = CancellationTokenSource.CreateLinkedTokenSource(Ct))
        {
            using var feed = Hub.Subscribe(_world.Tenant.Id, e => e is ContactsChanged);
            var run = Work.RunAsync(killed.Token);
            await foreach (var _ in feed.BatchesAsync(TimeSpan.Zero, Ct))
            {
                break;
            }

            await killed.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(run);
        }

        var before = (await ViewAsync(id)).Tally.Rows;
        before.ShouldBeInRange(1, people - 1);
        await RunAsync();
        (await ViewAsync(id)).State.ShouldBe(ImportState.Running, "what a killed copy held is nobody's before its time");
        await _world.OneAsync("UPDATE import_work SET due_at = now() WHERE tenant_id = $1");
        await RunAsync();

        var view = await ViewAsync(id);
        (view.State, view.Tally.Created, view.Tally.Duplicates, view.Tally.Rows).ShouldBe((ImportState.Done, people, 1, people + 1));
        (await _world.OneAsync("SELECT count(*) FROM contacts WHERE tenant_id = $1")).ShouldBe((long)people);
        (await _world.OneAsync("SELECT count(DISTINCT value) FROM contact_identities WHERE tenant_id = $1")).ShouldBe((long)people);
        (await _world.OneAsync("SELECT count(*) FROM import_rows WHERE tenant_id = $1")).ShouldBe((long)people + 1);
        // The number of the first line came again in the last one: seen over the break.
        (await _world.OneAsync("SELECT detail FROM import_rows WHERE tenant_id = $1 AND outcome = 'duplicate'")).ShouldBe("2");
    }

    [Fact]
    public async Task Who_lost_it_writes_nothing_more_and_a_stopped_one_goes_no_further()
    {
        var id = await UploadAsync(Lines(2_500));
        await StartAsync(id);
        using var feed = Hub.Subscribe(_world.Tenant.Id, e => e is ContactsChanged);
        var run = Work.RunAsync(Ct);
        await foreach (var _ in feed.BatchesAsync(TimeSpan.Zero, Ct))
        {
            break;
        }

        await _world.DoAsync<ImportActions>(a => a.CancelAsync(id, Ct));
        await run;

        var view = await ViewAsync(id);
        (view.State, view.Tally.Rows < 2_501).ShouldBe((ImportState.Cancelled, true));
        (await _world.OneAsync("SELECT count(*) FROM contacts WHERE tenant_id = $1")).ShouldBe((long)view.Tally.Created);
        (await _world.OneAsync("SELECT count(*) FROM import_chunks WHERE tenant_id = $1")).ShouldBe(0L);
        await StartAsync(id);
        (await ViewAsync(id)).State.ShouldBe(ImportState.Cancelled, "what ended does not begin again");
    }

    [Fact]
    public async Task Mapping_is_remembered_for_files_with_the_same_titles()
    {
        var first = await UploadAsync("Coisa;Outra\nAna;11977770001\n");
        (await PreviewAsync(first)).IsRemembered.ShouldBeFalse();
        var mapping = new ColumnMapping([new ColumnTarget.Name(), new ColumnTarget.Phone()], HasHeader: true);
        await _world.DoAsync<ImportActions>(a =>
            a.StartAsync(first, new ImportPlan(mapping, null, ImportConflict.KeepOurs, "pt-BR", null, null), Ct)
        );

        var second = await PreviewAsync(await UploadAsync("COISA;outra\nBia;11977770002\n"));

        (second.IsRemembered, second.Rows.Count).ShouldBe((true, 2));
        second.Mapping.Columns.ShouldBe(mapping.Columns);
        (await PreviewAsync(await UploadAsync("Nome;Celular\nBia;11977770002\n"))).Mapping.Columns.ShouldBe(mapping.Columns);
    }

    [Fact]
    public async Task Address_book_is_read_as_cards()
    {
        var id = await UploadAsync(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Élio\r\nTEL:+55 11 97777-0001\r\nCATEGORIES:ouro\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Sem número\r\nEND:VCARD\r\n",
            "agenda.vcf"
        );
        (await PreviewAsync(id)).Cards.Count.ShouldBe(2);

        await _world.DoAsync<ImportActions>(a =>
            a.StartAsync(id, new ImportPlan(null, new CardFields(), ImportConflict.KeepOurs, "pt-BR", null, null), Ct)
        );
        await RunAsync();

        var tally = (await ViewAsync(id)).Tally;
        (tally.Created, tally.Invalid["import.phone-missing"]).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Hostile_file_comes_to_its_end_with_a_line_for_each_line_and_nothing_half_taken_in()
    {
        var id = await _world.DoAsync<ImportActions, ImportId>(a =>
            a.UploadAsync(
                File(
                    Encoding.UTF8.GetBytes("Nome;Celular;Cidade\nÁna;11977770001;Osasco\n\"Bia não fecha;11977770002;Osasco\n"),
                    Encoding.Latin1.GetBytes(
                        "Jos\u00e9;11977770003;S\u00e3o Paulo\nRi\0ta;11977770004;\0\n=cmd|' /C calc'!A0;11977770005;+1\n"
                    ),
                    Encoding.ASCII.GetBytes(new string('x', 16 * 1024 * 1024)),
                    Encoding.UTF8.GetBytes("\nFim;11977770006;\n")
                ),
                "clientes.csv",
                Ct
            )
        );
        await _world.DoAsync<ImportActions>(a =>
            a.StartAsync(
                id,
                new ImportPlan(
                    new ColumnMapping(
                        [new ColumnTarget.Name(), new ColumnTarget.Phone(), new ColumnTarget.Field("cidade")],
                        HasHeader: true
                    ),
                    null,
                    ImportConflict.KeepOurs,
                    "pt-BR",
                    null,
                    null
                ),
                Ct
            )
        );

        await RunAsync();

        var lines = await _world.DoAsync<ImportQueries, IReadOnlyList<ImportLineRow>>(q => q.LinesAsync(id, 0, 100, Ct));
        lines
            .Select(l => $"{l.Line} {l.Outcome} {l.Detail}".TrimEnd())
            .ShouldBe([
                "2 created",
                "3 invalid import.quote-never-ends",
                "4 created",
                "5 created",
                "6 created",
                "7 invalid import.line-too-long",
                "8 created",
            ]);
        (
            await _world.OneAsync(
                "SELECT string_agg(name || '/' || coalesce(fields ->> 'cidade', ''), ', ' ORDER BY phone) FROM contacts WHERE tenant_id = $1"
            )
        ).ShouldBe("Ána/Osasco, José/São Paulo, Rita/, =cmd|' /C calc'!A0/+1, Fim/");
        var view = await ViewAsync(id);
        (view.State, view.Tally.Created, view.Tally.Rows).ShouldBe((ImportState.Done, 5, 7));
    }

    [Fact]
    public async Task What_is_no_table_or_may_not_come_in_is_refused()
    {
        (await UploadRefusedAsync("")).ShouldBe("import.empty");
        (await UploadRefusedAsync("PK\u0003\u0004xl/workbook.xml")).ShouldBe("import.no-text");
        (await _world.RefusedAsync<ImportActions>(a => a.UploadAsync(Stream("x"), "x.csv", Ct), Role.Agent)).ShouldBe("permission.missing");
        var id = await UploadAsync(Lines(3));
        (
            await _world.RefusedAsync<ImportActions>(a =>
                a.StartAsync(id, new ImportPlan(null, null, ImportConflict.KeepOurs, "pt-BR", null, null), Ct)
            )
        ).ShouldBe("import.no-phone-column");
        var agrees = new ColumnMapping([new ColumnTarget.OptIn(), new ColumnTarget.Phone()], HasHeader: true);
        (
            await _world.RefusedAsync<ImportActions>(a =>
                a.StartAsync(id, new ImportPlan(agrees, null, ImportConflict.KeepOurs, "pt-BR", LegalBasis.Consent, " "), Ct)
            )
        ).ShouldBe("consent.proof-missing");
        var other = new ContactWorld(_world.Services, await _world.Services.NewTenantAsync());
        (await other.RefusedAsync<ImportActions>(a => a.CancelAsync(id, Ct))).ShouldBe("import.gone");
        (await other.DoAsync<ImportQueries, ImportPreview?>(q => q.PreviewAsync(id, Ct))).ShouldBeNull();
    }

    private static MemoryStream File(params byte[][] parts)
    {
        var file = new MemoryStream();
        Array.ForEach(parts, p => file.Write(p));
        file.Position = 0;
        return file;
    }

    private EventHub Hub => _world.Services.Provider.GetRequiredService<EventHub>();

    private ImportWork Work => _world.Services.Provider.GetRequiredService<ImportWork>();

    private Task RunAsync() => Work.RunAsync(Ct);

    private static string Lines(int people)
    {
        var file = new StringBuilder("Nome;Celular;Etiquetas;Aceite;Cidade;Total\n");
        for (var i = 0; i < people; i++)
        {
            file.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"Pessoa {i};1197{i:0000000};t{i % 3};sim;Cidade {i % 10};{i}\n"
            );
        }

        return file.Append("De novo;11970000000;;;;\n").ToString();
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private Task<ImportId> UploadAsync(string text, string name = "clientes.csv") =>
        _world.DoAsync<ImportActions, ImportId>(a => a.UploadAsync(Stream(text), name, Ct));

    private Task<string> UploadRefusedAsync(string text) =>
        _world.RefusedAsync<ImportActions>(a => a.UploadAsync(Stream(text), "x.csv", Ct));

    private Task StartAsync(ImportId id, ImportConflict conflict = ImportConflict.KeepOurs) =>
        _world.DoAsync<ImportActions>(a =>
            a.StartAsync(
                id,
                new ImportPlan(
                    new ColumnMapping(_columns, HasHeader: true),
                    null,
                    conflict,
                    "pt-BR",
                    LegalBasis.Consent,
                    "formulário de novembro"
                ),
                Ct
            )
        );

    private async Task<ImportView> ViewAsync(ImportId id) =>
        (await _world.DoAsync<ImportQueries, ImportView?>(q => q.FindAsync(id, Ct))).ShouldNotBeNull();

    private async Task<ImportPreview> PreviewAsync(ImportId id) =>
        (await _world.DoAsync<ImportQueries, ImportPreview?>(q => q.PreviewAsync(id, Ct))).ShouldNotBeNull();
}
