using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Health;

/// <summary>Gateway events that could not be worked through, each with a way to try again.</summary>
public sealed partial class HealthEvents(HealthQueries queries, JournalActions actions)
{
    private IReadOnlyList<ProblemRow>? _rows;

    protected override bool Shows(ConsoleEvent e) => e is JournalChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.ProblemsAsync(ct);
        return () => _rows = rows;
    }

    /// <summary>A problem of a newer version is a failure.</summary>
    internal static (Tone Tone, string Icon, string Key) LookOf(ProblemRow row) =>
        row.Problem is "unreadable" or "unknown" or "refused"
            ? (Tone.Warn, "warning", $"problem.{row.Problem}")
            : (Tone.Critical, "error", "problem.failed");

    private Task ReplayAsync(long id) => DoAsync(() => actions.ReplayAsync(id, Gone), () => L["events.replayed"]);

    private Task ReplayAllAsync()
    {
        var count = 0;
        return DoAsync(async () => count = await actions.ReplayAllAsync(Gone), () => L["events.replayed-all", count]);
    }
}
