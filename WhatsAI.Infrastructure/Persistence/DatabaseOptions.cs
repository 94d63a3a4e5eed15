namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Where the embedded PostgreSQL keeps its data and finds its programs. Not used with an external server.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>Relative paths start at the content root.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>The directory with initdb, pg_ctl and postgres; empty: the newest one installed that fits the data.</summary>
    public string? BinDirectory { get; set; }
}

/// <summary>An external server. Both empty: the embedded one.</summary>
public sealed class DatabaseConnectionOptions
{
    public const string Section = "ConnectionStrings";

    /// <summary>The app role: owns nothing, cannot bypass row-level security.</summary>
    public string? Console { get; set; }

    /// <summary>The owner role: migrates at start and is closed. Empty: somebody else migrates.</summary>
    public string? ConsoleOwner { get; set; }
}
