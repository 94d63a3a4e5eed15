using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Web.Instances;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Campaigns.Live;

/// <summary>A number with what it did for the campaign and how it stands now.</summary>
/// <param name="Card">Null: it was deleted, or is all those that the member does not see.</param>
public sealed record CampaignNumber(NumberFigures Figures, NumberCardView? Card)
{
    public static IReadOnlyList<CampaignNumber> Of(
        CampaignLive live,
        PoolRow? pool,
        IReadOnlyList<NumberRow> rows,
        WallTroubles troubles,
        TimeZoneInfo zone
    )
    {
        var known = rows.ToDictionary(r => r.Id);
        return
        [
            .. live.Parts.Numbers.Select(n => new CampaignNumber(
                n,
                n.Number is { } id && known.TryGetValue(id, out var row)
                    ? NumberCardView.Of(
                        row,
                        live.At,
                        row.Place?.Pool == pool?.Id ? MemberStanding.Of(row, pool, live.At, zone) : null,
                        troubles
                    )
                    : null
            )),
        ];
    }
}
