using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Analytics;

/// <summary>The work at this moment, of the numbers the member sees. What an agent holds in all counts every number: it is his load.</summary>
public sealed class LiveBoardQueries(LiveBoardRows rows, CurrentMember member)
{
    public async Task<LiveBoard> ReadAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ReportsRead);
        var board = await rows.OfAsync(member.TenantId, ct);
        return member.Numbers is null
            ? board
            : board with
            {
                Loads = [.. board.Loads.Where(l => member.Sees(l.Number))],
                Watched = [.. board.Watched.Where(w => member.Sees(w.Number))],
            };
    }
}
