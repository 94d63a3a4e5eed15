using System.Diagnostics;

namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>
/// The operating system's user the server runs under. PostgreSQL refuses root, so a console started as root hands every
/// command to the user "postgres", which the distribution's package makes.
/// </summary>
internal sealed class PostgresAccount
{
    private const string Unprivileged = "postgres";

    private readonly string[] _prefix;

    private PostgresAccount(string name, string[] prefix) => (Name, _prefix) = (name, prefix);

    public string Name { get; }

    public bool IsAnother => _prefix.Length > 0;

    public static async Task<PostgresAccount> CurrentAsync(CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new PostgresAccount(Environment.UserName, []);
        }

        if ((await RunAsCallerAsync(["id", "-u", Unprivileged], ct)).ExitCode != 0)
        {
            throw new DatabaseStartException($"PostgreSQL refuses to run as root, and there is no user {Unprivileged}: add one.");
        }

        if (Which("setpriv") is { } setpriv)
        {
            return new PostgresAccount(Unprivileged, [setpriv, $"--reuid={Unprivileged}", $"--regid={Unprivileged}", "--init-groups"]);
        }

        return Which("runuser") is { } runuser
            ? new PostgresAccount(Unprivileged, [runuser, "-u", Unprivileged, "--"])
            : throw new DatabaseStartException(
                "PostgreSQL refuses to run as root, and neither setpriv nor runuser is installed to change the user: "
                    + "install util-linux, or start the console as an ordinary user."
            );
    }

    /// <summary>Makes a directory that only this account can enter.</summary>
    public async Task MakePrivateDirectoryAsync(string path, CancellationToken ct)
    {
        if (IsAnother)
        {
            var made = await RunAsCallerAsync(["install", "-d", "-m", "0700", "-o", Name, path], ct);
            if (made.ExitCode != 0)
            {
                throw new DatabaseStartException($"The directory {path} cannot be given to the user {Name}: {made.Text}");
            }

            return;
        }

        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(path, Private);
        if (new DirectoryInfo(path).LinkTarget is not null)
        {
            throw new DatabaseStartException($"{path} is a link; remove it, the database's own directory belongs there.");
        }

        try
        {
            File.SetUnixFileMode(path, Private); // only its owner may: a directory somebody else put there is refused
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DatabaseStartException($"{path} belongs to somebody else; remove it or start the console as its owner.", e);
        }
    }

    public Task<CommandResult> RunAsync(IEnumerable<string> command, CancellationToken ct) =>
        RunAsCallerAsync([.. _prefix, .. command], ct);

    public static async Task<CommandResult> RunAsCallerAsync(string[] command, CancellationToken ct)
    {
        using var process = Start(command);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return new CommandResult(process.ExitCode, (await output + await errors).Trim());
    }

    /// <summary>A program that reads or writes a stream of any length; the result's text is what it complains of.</summary>
    public async Task<CommandResult> PipeAsync(IEnumerable<string> command, Stream? input, Stream? output, CancellationToken ct)
    {
        using var process = Start([.. _prefix, .. command]);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(ct);
            await Task.WhenAll(FeedAsync(process, input, ct), process.StandardOutput.BaseStream.CopyToAsync(output ?? Stream.Null, ct));
            await process.WaitForExitAsync(ct);
            return new CommandResult(process.ExitCode, (await errors).Trim());
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    private static async Task FeedAsync(Process process, Stream? input, CancellationToken ct)
    {
        try
        {
            await using var to = process.StandardInput.BaseStream;
            await (input ?? Stream.Null).CopyToAsync(to, ct);
        }
        catch (IOException)
        {
            // It has ended before the end of the stream; why, it says itself.
        }
    }

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/", // the caller's own may be closed to this account
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name); // PGDATA, PGOPTIONS and the like are meant for other servers
        }

        start.Environment["LC_ALL"] = "C";
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
    }

    private static string? Which(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/bin", "/usr/sbin", "/bin", "/sbin"])
            .Select(d => Path.Combine(d, program))
            .FirstOrDefault(File.Exists);
}

internal readonly record struct CommandResult(int ExitCode, string Text);
