using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>Through what it goes: a pool with its own pace, a first part that is waited for, and for how long an answer counts.</summary>
public sealed partial class NumbersStep(
    PoolQueries queries,
    InstanceQueries numbers,
    CampaignDraftActions actions,
    IStringLocalizer<DraftsText> texts,
    IStringLocalizer<PoolsText> words
)
{
    private readonly Dictionary<string, string> _wrong = [];
    private IReadOnlyList<PoolStanding> _pools = [];

    [Parameter, EditorRequired]
    public DraftWork Work { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<DraftsText> L => texts;

    private IStringLocalizer<PoolsText> P => words;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) => e is PoolChanged or InstanceChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        if (!Shell.Allows(Permission.NumbersRead))
        {
            return () => { };
        }

        var (pools, rows) = (await queries.ListAsync(ct), await numbers.WallAsync(ct));
        return () =>
        {
            var ofPool = rows.ToLookup(r => r.Place?.Pool);
            _pools = [.. pools.Select(p => PoolStanding.Of(p, [.. ofPool[p.Id]], Time.GetUtcNow(), Shell.TimeZone))];
        };
    }

    private Task CanaryAsync(Func<CanaryPolicy, CanaryPolicy> change) =>
        SaveAsync(Work.Draft.Pool!.Value, change(Work.Draft.Canary), Work.Draft.ReplyDays);

    private Task SaveAsync(PoolId pool, CanaryPolicy canary, int replyDays) =>
        Work.Change(draft =>
            actions.SendThroughAsync(draft.Id, new SendingForm(pool, canary, replyDays, draft.Hours), draft.Version, CancellationToken.None)
        );

    /// <summary>What is no number within the bounds is said below its field, with the one that holds.</summary>
    private Task TypedAsync(string id, ChangeEventArgs e, int least, int most, Func<int, Task> save)
    {
        if (
            int.TryParse(e.Value as string, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            && value >= least
            && value <= most
        )
        {
            _wrong.Remove(id);
            return save(value);
        }

        _wrong[id] = L["out-of-bounds", least, most];
        return Task.CompletedTask;
    }

    private static string Seconds(TimeSpan interval) => interval.TotalSeconds.ToString("0", CultureInfo.CurrentCulture);
}
