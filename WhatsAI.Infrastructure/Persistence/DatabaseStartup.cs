using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>
/// The first step of every start: an embedded or an external database that may be used, its address in
/// <see cref="DatabaseAddress"/>. The container disposes it last of all that uses the database, which stops the embedded one.
/// </summary>
public sealed class DatabaseStartup(
    IOptions<DatabaseOptions> database,
    IOptions<DatabaseConnectionOptions> external,
    DatabaseAddress address,
    IHostEnvironment environment,
    ILogger<EmbeddedPostgres> logger
) : IAsyncDisposable
{
    private EmbeddedPostgres? _embedded;

    /// <summary>Throws <see cref="DatabaseStartException"/> with a sentence to show.</summary>
    public async Task EnsureAsync(CancellationToken ct = default)
    {
        var app = external.Value.Console;
        if (string.IsNullOrWhiteSpace(app))
        {
            var directory = Path.GetFullPath(database.Value.DataDirectory, environment.ContentRootPath);
            _embedded = new EmbeddedPostgres(new EmbeddedPostgresOptions(directory) { BinDirectory = database.Value.BinDirectory }, logger);
            await _embedded.StartAsync(ct);
            address.Set(_embedded.AppConnectionString, _embedded.OwnerConnectionString, _embedded.KeyFile);
            return;
        }

        var owner = string.IsNullOrWhiteSpace(external.Value.ConsoleOwner) ? null : external.Value.ConsoleOwner;
        await AppRoleCheck.EnsureAsync(app, owner, ct);
        address.Set(app, owner, keyFile: null);
    }

    /// <summary>
    /// For commands beside a console: as <see cref="EnsureAsync"/>, but where a console already runs on the embedded data, its server is used and left
    /// alone afterwards.
    /// </summary>
    public async Task AttachAsync(CancellationToken ct = default)
    {
        try
        {
            await EnsureAsync(ct);
        }
        catch (DatabaseStartException e) when (e.InnerException is IOException && _embedded is not null)
        {
            await _embedded.AttachAsync(ct);
            address.Set(_embedded.AppConnectionString, _embedded.OwnerConnectionString, _embedded.KeyFile);
        }
    }

    /// <summary>The embedded database's; it was started or attached to before.</summary>
    internal Task<ClusterDump> DumpAsync(CancellationToken ct) =>
        _embedded?.DumpAsync(ct) ?? throw new InvalidOperationException("There is no embedded database.");

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }
}
