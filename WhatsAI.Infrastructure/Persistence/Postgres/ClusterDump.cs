namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>
/// The whole database of a cluster as one stream, by PostgreSQL's own programs, also while a console runs on it: a dump shows one moment. Through pipes,
/// because the account the programs run under may not reach the caller's files.
/// </summary>
internal sealed class ClusterDump(ClusterHome home, PostgresBinaries binaries, PostgresAccount account)
{
    /// <summary>Writes it in PostgreSQL's custom format, which is compressed.</summary>
    /// <exception cref="DatabaseStartException">The program is missing or refuses, with its words.</exception>
    public Task WriteAsync(Stream to, CancellationToken ct) =>
        RunAsync("pg_dump", ["--format=custom", $"--dbname={ClusterProvision.Database}"], null, to, ct);

    /// <summary>Reads it into a database that is empty, all or nothing.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public Task ReadAsync(Stream from, CancellationToken ct) =>
        // What the provision of an empty database has made is made anew, with its owner.
        RunAsync(
            "pg_restore",
            ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", $"--dbname={ClusterProvision.Database}"],
            from,
            null,
            ct
        );

    private async Task RunAsync(string program, string[] arguments, Stream? input, Stream? output, CancellationToken ct)
    {
        var path = Path.Combine(binaries.Directory, program);
        if (!File.Exists(path))
        {
            throw new DatabaseStartException(
                $"{program} is not installed in {binaries.Directory}: run \"apt-get install postgresql-client-{binaries.Major}\"."
            );
        }

        string[] connect = [$"--host={home.SocketDirectory}", $"--username={ClusterProvision.Admin}", "--no-password"];
        var done = await account.PipeAsync([path, .. connect, .. arguments], input, output, ct);
        if (done.ExitCode != 0)
        {
            throw new DatabaseStartException($"{program} failed: {done.Text}");
        }
    }
}
