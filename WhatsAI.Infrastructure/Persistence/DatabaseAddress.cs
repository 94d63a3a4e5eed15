using Npgsql;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Where the database is, known once <see cref="DatabaseStartup"/> has run; reading it earlier throws.</summary>
public sealed class DatabaseAddress
{
    private Known? _known;

    /// <summary>The app role, for everything but migrations.</summary>
    public string AppConnectionString => Read().App;

    /// <summary>The app role's name, which the migrations let in.</summary>
    public string AppRole =>
        new NpgsqlConnectionStringBuilder(AppConnectionString).Username ?? throw new InvalidOperationException("No user is named.");

    /// <summary>The owner role, for migrations only; null where an external server is migrated by somebody else.</summary>
    public string? OwnerConnectionString => Read().Owner;

    /// <summary>Where the embedded mode keeps the master key; null with an external server.</summary>
    public string? KeyFile => Read().KeyFile;

    /// <summary>Whether it is this process's own, which no other process may use.</summary>
    public bool IsEmbedded => KeyFile is not null;

    internal void Set(string app, string? owner, string? keyFile) => _known = new Known(app, owner, keyFile);

    private Known Read() => _known ?? throw new InvalidOperationException("The database has not been started yet.");

    private sealed record Known(string App, string? Owner, string? KeyFile);
}
