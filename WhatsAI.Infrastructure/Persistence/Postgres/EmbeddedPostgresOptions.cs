namespace WhatsAI.Infrastructure.Persistence.Postgres;

public sealed record EmbeddedPostgresOptions(string DataDirectory)
{
    /// <summary>The directory with initdb, pg_ctl and postgres; empty: the newest one installed that fits the data.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>Off only for data that may be lost at any time (tests).</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Where the cluster goes when the account it runs under cannot reach <see cref="DataDirectory"/>.</summary>
    public string FallbackDirectory { get; init; } = "/var/lib/whatsai-console";
}
