using WhatsAI.Core.Campaigns.Guards;

namespace WhatsAI.Core.Campaigns.Live;

/// <summary>What a launched campaign does at this moment, the first that holds: the one sentence of its page.</summary>
public abstract record CampaignDoing
{
    private CampaignDoing() { }

    /// <summary>Its audience is being frozen; nothing goes out yet.</summary>
    public sealed record Preparing(int SoFar) : CampaignDoing;

    /// <summary>It waits for its time.</summary>
    public sealed record Waiting(DateTimeOffset StartsAt) : CampaignDoing;

    /// <summary>It is paused: its cause says why.</summary>
    public sealed record Stopped : CampaignDoing;

    /// <summary>It is cancelled, and what waited is being taken back.</summary>
    public sealed record Clearing(int Left) : CampaignDoing;

    public sealed record Over : CampaignDoing;

    /// <summary>Its pool is gone, or no number of it is linked and sends.</summary>
    public sealed record NobodySends : CampaignDoing;

    /// <summary>The pool's hours were changed and share none with its own.</summary>
    public sealed record NeverOpens : CampaignDoing;

    /// <summary>It is outside its hours.</summary>
    public sealed record Closed(DateTimeOffset Until) : CampaignDoing;

    /// <summary>Everybody who is left has had enough messages for now.</summary>
    public sealed record PutOff(DateTimeOffset Until) : CampaignDoing;

    /// <summary>Every number has sent what it may on this day.</summary>
    public sealed record DayFull(DateTimeOffset Until) : CampaignDoing;

    /// <summary>The first part goes out, the rest waits for it.</summary>
    public sealed record FirstPart(int Size) : CampaignDoing;

    /// <summary>The first part is out, and how it comes back is waited for.</summary>
    /// <param name="Until">Null while some of its messages have not gone.</param>
    public sealed record FirstPartWaits(int Size, DateTimeOffset? Until) : CampaignDoing;

    /// <summary>It goes slower for the agents' sake.</summary>
    /// <param name="Factor">Of its normal pace.</param>
    public sealed record Slowed(double Factor) : CampaignDoing;

    /// <summary>Everybody is handed over; the last of them are going out.</summary>
    public sealed record Ending(int Left) : CampaignDoing;

    public sealed record Sending : CampaignDoing;

    public static CampaignDoing Of(DoingFacts facts) =>
        facts.State switch
        {
            CampaignState.Paused => new Stopped(),
            CampaignState.Cancelled when facts.Open > 0 => new Clearing(facts.Open),
            CampaignState.Completed or CampaignState.Cancelled => new Over(),
            _ when !facts.IsPrepared => new Preparing(facts.Recipients),
            CampaignState.Scheduled => new Waiting(facts.StartsAt ?? facts.Now),
            _ => Running(facts),
        };

    private static CampaignDoing Running(DoingFacts facts) =>
        facts switch
        {
            { Senders: 0 } => new NobodySends(),
            { OpensAt: null } => new NeverOpens(),
            { OpensAt: { } opens } when opens > facts.Now => new Closed(opens),
            { Gate: CanaryStep.Wait wait } => new FirstPartWaits(facts.FirstPart, wait.Until),
            { Planned: > 0, PutOffUntil: { } until } when facts.Open == facts.Planned && until > facts.Now => new PutOff(until),
            { LeftToday: 0 } => new DayFull(facts.NextDay),
            { Brake.IsBraking: true } => new Slowed(facts.Brake.Factor),
            { Gate: CanaryStep.Release } => new FirstPart(facts.FirstPart),
            { Planned: 0 } => new Ending(facts.Open),
            _ => new Sending(),
        };
}

/// <summary>What the sentence is made of.</summary>
/// <param name="Open">Recipients of whom something is still to be done.</param>
/// <param name="Planned">Of those, not handed over yet.</param>
public sealed record DoingFacts(CampaignState State, DateTimeOffset Now, int Recipients, int Open, int Planned)
{
    /// <summary>The whole audience is frozen.</summary>
    public bool IsPrepared { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Numbers that are linked and send.</summary>
    public int Senders { get; init; }

    /// <summary>The opening it is in began, or the next one begins; null: none comes.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>Before that nobody of the planned is handed over; null where nobody is planned.</summary>
    public DateTimeOffset? PutOffUntil { get; init; }

    /// <summary>What the caps of its numbers leave for today; null where it is not known.</summary>
    public int? LeftToday { get; init; }

    /// <summary>When the next day's caps begin.</summary>
    public DateTimeOffset NextDay { get; init; }

    public BrakeState Brake { get; init; } = BrakeState.Free;

    public CanaryStep Gate { get; init; } = new CanaryStep.Open();

    /// <summary>Recipients of the first part.</summary>
    public int FirstPart { get; init; }
}
