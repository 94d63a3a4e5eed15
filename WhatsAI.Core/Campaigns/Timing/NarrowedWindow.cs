using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Core.Campaigns.Timing;

/// <summary>A campaign may send in fewer hours than its pool, never in more.</summary>
public static class NarrowedWindow
{
    /// <summary>The hours that both are open.</summary>
    /// <exception cref="RuleException">There are none.</exception>
    public static SendingWindow Of(SendingWindow pool, IReadOnlyList<OpenSpan> campaign)
    {
        OpenSpan[] both =
        [
            .. from ours in new BusinessHours(campaign).Spans
            from its in pool.Spans
            where its.Day == ours.Day && its.From < ours.To && ours.From < its.To
            select new OpenSpan(its.Day, Math.Max(its.From, ours.From), Math.Min(its.To, ours.To)),
        ];
        return both.Length > 0 ? new SendingWindow(both, pool.Holidays) : throw new RuleException("campaign.window-closed");
    }
}
