using System.Globalization;

namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>
/// The server's settings, handed over on its command line: the console writes no file inside the cluster, so a person's own
/// lines in postgresql.conf stay, and these win.
/// </summary>
internal static class ClusterSettings
{
    private const long Megabyte = 1024 * 1024;

    public static string CommandLine(ClusterHome home, bool durable)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte; // what a container may use, where there is one
        var shared = Math.Clamp(memory / 8, 64, 1024); // the console needs its own share of the machine
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "",
            ["unix_socket_directories"] = home.SocketDirectory,
            ["unix_socket_permissions"] = "0700",
            ["max_connections"] = "200",
            ["shared_buffers"] = Megabytes(shared),
            ["effective_cache_size"] = Megabytes(Math.Max(memory / 2, 128)),
            ["maintenance_work_mem"] = Megabytes(Math.Clamp(memory / 32, 32, 256)),
            ["random_page_cost"] = "1.1",
            ["jit"] = "off", // short queries only: compiling them costs more than it gives
            ["max_wal_size"] = "2GB",
            ["checkpoint_timeout"] = "15min",
            ["idle_in_transaction_session_timeout"] = "30s", // frees the row lock of a copy that stopped
            ["timezone"] = "UTC",
            ["logging_collector"] = "on",
            ["log_directory"] = "log",
            ["log_filename"] = "postgresql-%a.log", // a week, each day overwritten when it comes round
            ["log_truncate_on_rotation"] = "on",
            ["log_timezone"] = "UTC",
            ["log_error_verbosity"] = "terse", // DETAIL lines quote rows, that is people's numbers and messages
            ["log_parameter_max_length"] = "0",
        };
        if (!durable)
        {
            settings["fsync"] = settings["synchronous_commit"] = settings["full_page_writes"] = "off";
        }

        return string.Join(' ', settings.Select(s => $"-c {s.Key}='{s.Value}'"));
    }

    private static string Megabytes(long count) => count.ToString(CultureInfo.InvariantCulture) + "MB";
}
