using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Instances;

namespace WhatsAI.Web.Health;

/// <summary>Where messages were missed in the last day, number by number.</summary>
public sealed partial class HealthGaps(InstanceQueries queries, IStringLocalizer<InstancesText> words)
{
    private IReadOnlyList<NumberRow>? _rows;

    private IStringLocalizer<InstancesText> Words => words;

    protected override bool Shows(ConsoleEvent e) => e is GapChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var wall = await queries.WallAsync(ct);
        return () => _rows = [.. wall.Where(n => n.Gap is not null).OrderBy(n => n.Name, StringComparer.CurrentCulture)];
    }
}
