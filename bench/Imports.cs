using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;

namespace WhatsAI.Bench;

/// <summary>Files of contacts as the console takes them in, from the first piece to the last line of the report: how long, and how large this process becomes.</summary>
internal static class Imports
{
    public static async Task RunAsync(BenchOptions options)
    {
        var rows = options.Of("rows", 200_000, 5_000);
        var table = new Table("Import of contacts", "file", "bytes", "created", "invalid", "seconds", "rows a second", "largest resident");
        await using var cluster = await PoolCluster.StartAsync(20);
        await cluster.RunAsync(
            "INSERT INTO contact_fields (id, tenant_id, key, name, folded_name, kind, options, created_at) VALUES (gen_random_uuid(), $1, 'cidade', 'Cidade', 'cidade', 'Text', '{}', now())",
            cluster.Tenant.Value
        );
        await MeasureAsync(table, cluster, $"{rows:N0} people", People(rows));
        await MeasureAsync(table, cluster, "the same again", People(rows));
        await MeasureAsync(table, cluster, "a line of 100 MB", LongLine(options.Quick ? 1 : 99));
        table.Print();
    }

    private static async Task MeasureAsync(Table table, PoolCluster cluster, string name, Stream file)
    {
        var size = file.Length;
        var id = await UploadAsync(cluster, file);
        await file.DisposeAsync();
        GC.Collect();
        var work = new ImportWork(
            cluster.App,
            new ErasedPeople(() => MasterKey.Load(null, null)),
            new EventHub(),
            TimeProvider.System,
            NullLogger<ImportWork>.Instance
        );
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(over.Token);
        var watch = Stopwatch.StartNew();
        await work.RunAsync(CancellationToken.None);
        var took = watch.Elapsed;
        await over.CancelAsync();
        var most = await watching;
        var tally = JsonSerializer.Deserialize<ImportTally>(
            (await cluster.ScalarAsync<string>("SELECT tally::text FROM contact_imports WHERE id = $1", id.Value))!,
            ImportActions.Json
        )!;
        var invalid = tally.Invalid.Values.Sum();
        table.Add(
            name,
            Number(size),
            Number(tally.Created),
            Number(invalid),
            took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
            Number((long)(tally.Rows / took.TotalSeconds)),
            $"{most / 1024 / 1024} MB"
        );
    }

    private static async Task<ImportId> UploadAsync(PoolCluster cluster, Stream file)
    {
        var id = Id.New<ImportId>(DateTimeOffset.UtcNow);
        var plan = new ImportPlan(
            new ColumnMapping(
                [new ColumnTarget.Name(), new ColumnTarget.Phone(), new ColumnTarget.Tags(), new ColumnTarget.Field("cidade")],
                HasHeader: true
            ),
            null,
            ImportConflict.KeepOurs,
            "pt-BR",
            null,
            null
        );
        await using var transaction = await cluster.App.BeginAsync(cluster.Tenant, CancellationToken.None);
        await using (
            var command = transaction.Connection.Sql(
                """
                WITH import AS (
                    INSERT INTO contact_imports (id, tenant_id, file_name, format, size, state, plan, last_line, read, by_name, created_at, started_at)
                    VALUES ($2, $1, 'clientes.csv', 'Csv', $3, 'Running', $4, 0, 0, 'bench', now(), now()) RETURNING id
                )
                INSERT INTO import_work (import_id, tenant_id, due_at, epoch) SELECT id, $1, now(), 0 FROM import
                """,
                cluster.Tenant.Value,
                id.Value,
                file.Length,
                JsonParameter.Of(JsonSerializer.Serialize(plan, ImportActions.Json))
            )
        )
        {
            await command.ExecuteNonQueryAsync();
        }

        await ImportFile.WriteAsync(transaction.Connection, cluster.Tenant, id, file, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return id;
    }

    private static async Task<long> WatchAsync(CancellationToken over)
    {
        var most = 0L;
        while (!over.IsCancellationRequested)
        {
            most = Math.Max(most, Footprint.Resident(Environment.ProcessId));
            await Task.Delay(50, CancellationToken.None);
        }

        return most;
    }

    private static FileStream People(int rows)
    {
        var file = Temporary();
        using (var writer = new StreamWriter(file, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write("Nome;Celular;Etiquetas;Cidade\n");
            string[] first = ["Ana", "Bia", "Rita", "Joana", "Paulo", "Pedro", "Carla", "José"];
            string[] last = ["Silva", "Souza", "Ribeiro", "Lima", "Costa", "Teixeira"];
            for (var i = 0; i < rows; i++)
            {
                writer.Write(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{first[i % 8]} {last[i / 8 % 6]} {i};(11) 9{60_000_000 + (i * 17L % 39_999_999)};ouro, t{i % 5};Cidade {i % 100}\n"
                    )
                );
            }
        }

        file.Position = 0;
        return file;
    }

    private static FileStream LongLine(int megabytes)
    {
        var file = Temporary();
        file.Write("Nome;Celular;Etiquetas;Cidade\n"u8);
        var piece = new byte[1024 * 1024];
        Array.Fill(piece, (byte)'x');
        for (var i = 0; i < megabytes; i++)
        {
            file.Write(piece);
        }

        file.Write("\nFim;11977770006;;\n"u8);
        file.Position = 0;
        return file;
    }

    private static FileStream Temporary() =>
        new(
            Path.GetTempFileName(),
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
            }
        );

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
