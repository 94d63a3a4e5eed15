using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>Quartz wakes one copy at a time; what is to be done stands in import_work.</summary>
[DisallowConcurrentExecution]
internal sealed class ImportJob(ImportWork work) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await work.RunAsync(cancellationToken);
}

/// <summary>An import that somebody works on.</summary>
/// <param name="Epoch">Who takes it later has a greater one.</param>
internal sealed record ImportClaim(ImportId Import, TenantId Tenant, long Epoch);

/// <summary>
/// Takes files in, a batch of rows in one transaction with where it stands, so that a killed copy's import goes on behind the last row that is in: the file is read
/// again from its beginning, which costs little, and the numbers before that row are remembered again.
/// </summary>
public sealed class ImportWork(NpgsqlDataSource database, ErasedPeople erased, EventHub hub, TimeProvider time, ILogger<ImportWork> log)
{
    private const int Batch = 1_000;

    /// <summary>Until what nobody works on any more is taken by another copy.</summary>
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(30);

    /// <summary>Works until nothing is due. The database being away ends it: what was begun is due again by itself.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (await TakeAsync(ct) is { } claim)
            {
                await RunAsync(claim, ct);
            }
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            log.LogInformation("Imports rest: the database is away ({Failure})", e.GetType().Name);
        }
    }

    private async Task<ImportClaim?> TakeAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = connection.Sql(
            """
            UPDATE import_work w SET due_at = now() + $1, epoch = w.epoch + 1
            FROM (SELECT import_id FROM import_work WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) due
            WHERE w.import_id = due.import_id RETURNING w.import_id, w.tenant_id, w.epoch
            """,
            _again
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new ImportClaim(new ImportId(reader.GetGuid(0)), new TenantId(reader.GetGuid(1)), reader.GetInt64(2))
            : null;
    }

    private async Task RunAsync(ImportClaim claim, CancellationToken ct)
    {
        using var scope = log.BeginScope(new Dictionary<string, object> { ["TenantId"] = claim.Tenant.Value });
        try
        {
            if (await BeginAsync(claim, ct) is { } run)
            {
                await ReadAsync(claim, run, ct);
            }
        }
        catch (Exception e) when (!DatabaseAway.Is(e) && e is not OperationCanceledException)
        {
            log.LogError(e, "Import {ImportId} of {TenantId} cannot go on", claim.Import, claim.Tenant);
            await EndAsync(claim, ImportState.Failed, "import.broke-off", ct);
        }
    }

    private async Task<ImportRun?> BeginAsync(ImportClaim claim, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, ct);
        var run = await ImportSql.ReadAsync(transaction.Connection, claim, ct);
        if (run is null)
        {
            await ImportSql.ForgetAsync(transaction.Connection, claim, ct);
            await transaction.CommitAsync(ct);
        }

        return run;
    }

    private async Task ReadAsync(ImportClaim claim, ImportRun run, CancellationToken ct)
    {
        var head = await PieceAsync(claim, 0, ct);
        var reader = new ImportReader(run, head ?? []);
        var (batch, seen, read) = (new List<ImportItem>(Batch), new SeenNumbers(), 0L);
        for (var (number, piece) = (0, head); piece is not null; piece = await PieceAsync(claim, ++number, ct))
        {
            read += piece.Length;
            foreach (var item in reader.Read(piece))
            {
                if (!await AddAsync(item, read))
                {
                    return;
                }
            }
        }

        foreach (var item in reader.End())
        {
            if (!await AddAsync(item, read))
            {
                return;
            }
        }

        if (batch.Count == 0 || await WriteAsync(claim, run, batch, read, ct))
        {
            await EndAsync(claim, ImportState.Done, null, ct);
        }

        async Task<bool> AddAsync(ImportItem item, long at)
        {
            var earlier = item.Row is ImportRow.Ready ready ? seen.Before(ready.Contact.Phone, item.Line) : null;
            if (item.Line <= run.LastLine)
            {
                return true;
            }

            batch.Add(item with { Earlier = earlier });
            return batch.Count < Batch || await WriteAsync(claim, run, batch, at, ct);
        }
    }

    /// <summary>False: somebody else works on it, or it was stopped.</summary>
    private async Task<bool> WriteAsync(ImportClaim claim, ImportRun run, List<ImportItem> batch, long read, CancellationToken ct)
    {
        // A customer who writes at this very moment may be first with his number: then the batch is looked at anew.
        for (var attempt = 1; ; attempt++)
        {
            await using var transaction = await database.BeginAsync(claim.Tenant, ct);
            if (!await ImportSql.HoldAsync(transaction.Connection, claim, _again, ct))
            {
                return false;
            }

            var writer = new ImportBatch(transaction.Connection, claim, run, erased, time.GetUtcNow());
            if (await writer.WriteAsync(batch, read, ct) is { } tally)
            {
                await transaction.CommitAsync(ct);
                run.Tally = tally;
                batch.Clear();
                hub.Publish(new ContactsChanged(claim.Tenant));
                return true;
            }

            if (attempt == 5)
            {
                throw new InvalidOperationException("Somebody else is always first with these numbers.");
            }
        }
    }

    private async Task<byte[]?> PieceAsync(ImportClaim claim, int number, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, ct);
        return await ImportFile.PieceAsync(transaction.Connection, claim.Tenant, claim.Import, number, ct);
    }

    private async Task EndAsync(ImportClaim claim, ImportState state, string? failure, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, ct);
        if (await ImportSql.HoldAsync(transaction.Connection, claim, _again, ct))
        {
            await ImportSql.EndAsync(transaction.Connection, claim.Tenant, claim.Import, state, failure, ct);
            await transaction.CommitAsync(ct);
            hub.Publish(new ContactsChanged(claim.Tenant));
        }
    }
}

/// <summary>A row on its way in.</summary>
/// <param name="Earlier">The line that had its number before.</param>
internal sealed record ImportItem(long Line, ImportRow Row, long? Earlier = null);

/// <summary>What an import is done with.</summary>
internal sealed record ImportRun(
    ImportFormat Format,
    string FileName,
    ImportPlan Plan,
    ImportSettings Settings,
    long LastLine,
    UserId? By,
    string ByName
)
{
    public ImportTally Tally { get; set; } = ImportTally.Empty;
}

/// <summary>A file's rows as contacts, a piece at a time.</summary>
internal sealed class ImportReader
{
    private readonly ImportRun _run;
    private readonly CsvRows? _rows;
    private readonly VCards? _cards;
    private bool _titles;

    public ImportReader(ImportRun run, byte[] head)
    {
        _run = run;
        if (run.Format == ImportFormat.VCard)
        {
            _cards = new VCards(CsvDialect.EncodingOf(head));
        }
        else
        {
            _rows = new CsvRows(CsvDialect.Of(head.AsMemory(0, Math.Min(head.Length, CsvDialect.Head))));
            _titles = run.Plan.Mapping!.HasHeader;
        }
    }

    public IEnumerable<ImportItem> Read(byte[] piece) => _rows is not null ? Rows(_rows.Read(piece)) : Cards(_cards!.Read(piece));

    public IEnumerable<ImportItem> End() => _rows is not null ? Rows(_rows.End()) : Cards(_cards!.End());

    private IEnumerable<ImportItem> Rows(IEnumerable<CsvRow> rows)
    {
        foreach (var row in rows)
        {
            if (_titles)
            {
                _titles = false;
                continue;
            }

            yield return new ImportItem(row.Line, ImportRows.Read(row, _run.Plan.Mapping!, _run.Settings));
        }
    }

    private IEnumerable<ImportItem> Cards(IEnumerable<VCard> cards) =>
        cards.Select(card => new ImportItem(card.Line, ImportRows.Read(card, _run.Plan.Cards ?? new CardFields(), _run.Settings)));
}
