using WhatsAI.Core.Analytics;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Live;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Infrastructure.Campaigns.Live;

/// <summary>What is said of a campaign's course: what it does, how fast, until when. Asked of the rules that run it, with what was read.</summary>
/// <param name="Stand">Null: its pool is gone, or it is over.</param>
/// <param name="Members">The pool's; null where there are none.</param>
/// <param name="SentNow">What went out within <see cref="SendingRate.Span"/>.</param>
internal sealed record CampaignCourse(
    CampaignRun Run,
    RunCounts Counts,
    LiveExtras Extras,
    PoolStand? Stand,
    PoolReading? Members,
    int SentNow
)
{
    private DateTimeOffset Now => Run.Now;

    private TimeZoneInfo Zone => Extras.Zone;

    private int Open => Counts.Of(RecipientState.Planned, RecipientState.Queued, RecipientState.Sending);

    private int Planned => Counts.Of(RecipientState.Planned);

    private PaceState[] Senders =>
        [.. (Members?.Members ?? []).Where(m => m.Facts.Role is MemberRole.Active or MemberRole.Warming).Select(m => m.Pace)];

    public DoingFacts Facts =>
        new(Run.State, Now, Run.Recipients, Open, Planned)
        {
            IsPrepared = Run.PreparedAt is not null,
            StartsAt = Run.Schedule?.StartsAt(),
            Senders = Stand?.Senders ?? 0,
            OpensAt = Opening?.Opens,
            PutOffUntil = Extras.PutOffUntil,
            LeftToday = LeftToday,
            NextDay = NextDay,
            Brake = Run.Brake,
            Gate = Gate,
            FirstPart = Run.Canary.SizeOf(Run.Recipients),
        };

    public CampaignPace Pace
    {
        get
        {
            var normal = Stand is { Senders: > 0 } pool
                ? pool.Senders * Math.Min(pool.Pace.HourlyCap, TimeSpan.FromHours(1) / pool.Pace.MeanGap)
                : 0;
            var measured =
                Run.State == CampaignState.Running && Opening is { } opening && opening.Opens <= Now
                    ? SendingRate.PerHour(SentNow, opening.Opens > Run.StateSince ? opening.Opens : Run.StateSince, Now)
                    : null;
            return new CampaignPace(
                measured,
                normal,
                EndsAt(measured is > 0 ? measured.Value : normal * Run.Brake.Factor),
                Extras.PlannedEnds
            );
        }
    }

    private CanaryStep Gate => CanaryGate.Decide(Run.Canary, CampaignRunner.CanaryOf(Run, Counts), Run.CanaryPassed, Now);

    private SendingWindow? Window
    {
        get
        {
            try
            {
                return Stand is null ? null
                    : Run.Hours.Count == 0 ? Stand.Pace.Window
                    : NarrowedWindow.Of(Stand.Pace.Window, Run.Hours);
            }
            catch (RuleException)
            {
                // The pool's hours were changed and share none with the campaign's.
                return null;
            }
        }
    }

    private WindowOpening? Opening => Window?.Find(Now, Zone);

    private DateTimeOffset NextDay
    {
        get
        {
            var midnight = LocalDays.StartOf(LocalDays.Of(Now, Zone).AddDays(1), Zone);
            return Window?.Find(midnight, Zone) is { } opening && opening.Opens > midnight ? opening.Opens : midnight;
        }
    }

    /// <summary>A warm-up limits strangers alone, so its end is only believed where nothing goes any more.</summary>
    private int? LeftToday =>
        Senders is { Length: > 0 } senders
            ? senders.Sum(s => Pacing.LeftOn(s, Stand!.Pace, SentNow > 0 ? Reach.Known : Reach.Stranger, Now, Zone))
            : null;

    private DateTimeOffset? EndsAt(double perHour)
    {
        if (Run.State != CampaignState.Running || Window is not { } window || Stand is not { Senders: > 0 })
        {
            return null;
        }

        var from = new[] { Now, Planned == Open ? Extras.PutOffUntil : null, (Gate as CanaryStep.Wait)?.Until }.Max()!.Value;
        var (senders, today) = (Senders, LocalDays.Of(Now, Zone));
        return ExpectedEnd.Of(
            Open,
            perHour,
            day =>
                senders.Sum(s =>
                    day == today
                        ? Pacing.LeftOn(s, Stand.Pace, Reach.Stranger, Now, Zone)
                        : Pacing.CapOn(s, Stand.Pace, Reach.Stranger, LocalDays.StartOf(day, Zone), Zone)
                ),
            window,
            from,
            Zone
        );
    }
}
