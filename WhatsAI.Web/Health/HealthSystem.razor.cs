using Microsoft.AspNetCore.Components;
using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Web.Health;

/// <summary>Whether this copy can do its work, what waits, and whether gateways answer.</summary>
public sealed partial class HealthSystem(HealthQueries queries, Readiness readiness, CircuitDeaths circuits)
{
    private static readonly TimeSpan _lookAgain = TimeSpan.FromSeconds(10);
    private HealthNow? _now;
    private ReadinessState? _state;
    private IReadOnlyList<CircuitDeath> _deaths = [];

    protected override bool Shows(ConsoleEvent e) => e is JournalChanged or MessageChanged or InstanceChanged;

    // What stands still tells nobody.
    protected override void OnInitialized() => _ = BehindAsync(TickAsync);

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var state = await readiness.ReadAsync(ct);
        if (!state.Database)
        {
            // Said at once: what hangs would hold the rest for half a minute.
            return () => _state = state;
        }

        var now = await queries.NowAsync(ct);
        var deaths = circuits.Of(Shell.TenantSlug);
        return () => (_now, _state, _deaths) = (now, state, deaths);
    }

    private static IEnumerable<(string Key, bool Good)> Parts(ReadinessState state) =>
        [("database", state.Database), ("migrations", state.Migrations), ("listener", state.Listener), ("dispatcher", state.Dispatcher)];

    private RenderFragment Waiting(int count, DateTimeOffset? oldest) =>
        builder =>
        {
            builder.AddContent(0, count == 0 ? L["waiting.none"] : L["waiting", count]);
            if (oldest is { } at)
            {
                builder.AddContent(1, " ");
                builder.OpenComponent<TimeAgo>(2);
                builder.AddComponentParameter(3, nameof(TimeAgo.At), at);
                builder.CloseComponent();
            }
        };

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(_lookAgain, Time);
        while (await timer.WaitForNextTickAsync(Gone))
        {
            await InvokeAsync(ReloadAsync);
        }
    }
}
