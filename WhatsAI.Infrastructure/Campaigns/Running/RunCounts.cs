using Npgsql;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>Some of a campaign's people, counted along everything they are counted along.</summary>
/// <param name="Kind">See <see cref="CampaignCountRow.Kind"/>.</param>
internal sealed record CountCell(string Kind, string Variant, InstanceId Instance, short Source, string Reason, int People)
{
    /// <summary>Null for what is counted beside the states.</summary>
    public RecipientState? State => Enum.TryParse<RecipientState>(Kind, out var state) ? state : null;
}

/// <summary>How a campaign stands, from what was counted with every piece of news.</summary>
internal sealed class RunCounts(IReadOnlyList<CountCell> cells)
{
    public IReadOnlyList<CountCell> Cells => cells;

    public int Of(params ReadOnlySpan<RecipientState> states)
    {
        var sum = 0;
        foreach (var cell in cells)
        {
            sum += cell.State is { } state && states.Contains(state) ? cell.People : 0;
        }

        return sum;
    }

    public bool HasOpen => cells.Any(c => c is { People: > 0, State: { } state } && state.IsOpen());

    public CampaignTally Whole => TallyOf(cells);

    public IReadOnlyList<CampaignSlice> Slices =>
        [
            .. By(c => c.Variant, SliceKind.Variant),
            .. By(c => c.Instance == default ? "" : c.Instance.ToString(), SliceKind.Number),
            .. By(c => c.Source.ToString(System.Globalization.CultureInfo.InvariantCulture), SliceKind.Segment),
        ];

    /// <summary>Handed over, failed ones included; what was never handed over, or is being handed over, is not among them.</summary>
    public static CampaignTally TallyOf(IEnumerable<CountCell> cells)
    {
        var (sent, failed, optedOut, blocks) = (0, 0, 0, 0);
        foreach (var cell in cells)
        {
            sent += cell.State is { } s && (s.MayHaveGone() || s == RecipientState.Failed) && s != RecipientState.Sending ? cell.People : 0;
            failed += cell.State == RecipientState.Failed ? cell.People : 0;
            optedOut += cell.Kind == RecipientMoves.OptedOut ? cell.People : 0;
            blocks += cell.Kind == RecipientMoves.Blocked ? cell.People : 0;
        }

        return new CampaignTally(sent, failed, optedOut, blocks);
    }

    public static async Task<RunCounts> ReadAsync(NpgsqlConnection connection, TenantId tenant, CampaignId campaign, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT kind, variant, instance_id, source, reason, people FROM campaign_counts WHERE tenant_id = $1 AND campaign_id = $2 AND people <> 0
            """,
            tenant.Value,
            campaign.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var cells = new List<CountCell>();
        while (await reader.ReadAsync(ct))
        {
            cells.Add(
                new CountCell(
                    reader.GetString(0),
                    reader.GetString(1),
                    new InstanceId(reader.GetGuid(2)),
                    reader.GetInt16(3),
                    reader.GetString(4),
                    reader.GetInt32(5)
                )
            );
        }

        return new RunCounts(cells);
    }

    private IEnumerable<CampaignSlice> By(Func<CountCell, string> key, SliceKind kind) =>
        cells.GroupBy(key, StringComparer.Ordinal).Where(g => g.Key.Length > 0).Select(g => new CampaignSlice(kind, g.Key, TallyOf(g)));
}
