using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Health;

/// <summary>Gateway events that could not be worked through, each with a way to try again.</summary>
public sealed partial class HealthEvents(HealthQueries queries, JournalActions actions, IStringLocalizer<HealthText> texts)
{
    private IReadOnlyList<ProblemRow>? _rows;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<HealthText> L => texts;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

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

    private async Task ReplayAsync(long id)
    {
        if (await RunAsync(() => actions.ReplayAsync(id, Gone)))
        {
            Toasts.Show(L["events.replayed"]);
        }

        await ReloadAsync();
    }

    private async Task ReplayAllAsync()
    {
        var count = 0;
        if (await RunAsync(async () => count = await actions.ReplayAllAsync(Gone)))
        {
            Toasts.Show(L["events.replayed-all", count]);
        }

        await ReloadAsync();
    }
}
