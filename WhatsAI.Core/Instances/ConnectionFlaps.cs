namespace WhatsAI.Core.Instances;

/// <summary>
/// Keeps a number that reconnects without end (thousands of events a minute where the gateway has no internet, or two servers fight for one session) from
/// filling its own log: after some lines in a short time one says so, and the ups and downs after it are not written until it is calm again.
/// </summary>
public static class ConnectionFlaps
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Lines within <see cref="Window"/> from which a number counts as flapping.</summary>
    public const int Many = 8;

    public const string What = "flapping";

    /// <summary>What is to be written of <paramref name="lines"/>.</summary>
    /// <param name="recent">What the log said within the window, in any order.</param>
    public static IReadOnlyList<ConnectionLine> Thin(IReadOnlyList<ConnectionLine> lines, IReadOnlyList<string> recent)
    {
        var (count, said) = (recent.Count(IsUpOrDown), recent.Contains(What, StringComparer.Ordinal));
        var kept = new List<ConnectionLine>();
        foreach (var line in lines)
        {
            if (!IsUpOrDown(line.What))
            {
                kept.Add(line);
            }
            else if (!said && ++count <= Many)
            {
                kept.Add(line);
            }
            else if (!said)
            {
                said = true;
                kept.Add(new ConnectionLine(line.State, line.Code, What));
            }
        }

        return kept;
    }

    // A ban or a log-out is always written, whatever went before.
    private static bool IsUpOrDown(string what) =>
        what is "connecting" or "reconnecting" or "connected" or "proven-open" or "proven-closed";
}
