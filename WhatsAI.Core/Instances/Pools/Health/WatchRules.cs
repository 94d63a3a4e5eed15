namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>What a signal changes in what is remembered of a number.</summary>
public static class WatchRules
{
    /// <summary>A message taken this long ago should have been confirmed. Phones that are off confirm nothing, which is why it takes several in a row.</summary>
    public static readonly TimeSpan AckPatience = TimeSpan.FromMinutes(2);

    /// <summary>In a row: from here on it is worse than usual.</summary>
    public const int SomeUnacked = 3;

    /// <summary>In a row: nothing it sends arrives, so it only receives.</summary>
    public const int AllUnacked = 6;

    /// <summary>Ups and downs, melting by half every <see cref="FlapHalfLife"/>.</summary>
    public const double ManyFlaps = 4;

    public static readonly TimeSpan FlapHalfLife = TimeSpan.FromMinutes(5);

    /// <summary>Fewer messages than this prove no ratio.</summary>
    public const double EnoughSent = 20;

    /// <summary>A share of failures that is bad in itself, and how many times the number's own habit it must be.</summary>
    public const double BadShare = 0.05;

    public const double TimesUsual = 3;

    /// <summary>A share of failures at which the number is no use.</summary>
    public const double HopelessShare = 0.5;

    /// <summary>Blocks of the last day or so at which it must stop.</summary>
    public const double ManyBlocks = 3;

    public static readonly TimeSpan RecentHalfLife = TimeSpan.FromHours(1);
    public static readonly TimeSpan UsualHalfLife = TimeSpan.FromDays(14);
    public static readonly TimeSpan BlockHalfLife = TimeSpan.FromHours(24);

    /// <param name="state">As it is stored.</param>
    /// <param name="signal">In the order they are stored in; a late one counts as of the newest.</param>
    public static WatchState After(WatchState state, Signal signal) =>
        signal switch
        {
            Signal.Reconnected up => AfterFlap(state, up),
            Signal.Acked ack => AfterAck(state, ack.At),
            Signal.NotAcked not => not.At < state.AckedAt
                ? state
                : state with
                {
                    UnackedInRow = state.UnackedInRow + 1,
                    UnackedSince = state.UnackedSince ?? not.At,
                },
            Signal.Failed failed => AfterFailure(state, failed),
            Signal.Blocked blocked => state with
            {
                Blocks = state.Blocks.Plus(1, blocked.At, BlockHalfLife),
                BlockedAt = blocked.At > state.BlockedAt ? blocked.At : state.BlockedAt ?? blocked.At,
            },
            Signal.QualityChanged quality => quality.At < state.QualityAt
                ? state
                : state with
                {
                    Quality = quality.Quality,
                    QualityAt = quality.At,
                },
            _ => state,
        };

    /// <summary>The supervision quarantines it: from now the back-off of the next round.</summary>
    public static WatchState Quarantined(WatchState state, DateTimeOffset now)
    {
        var rounds = state.QuietUntil is { } last && now - last > Quarantine.Forgotten ? 1 : state.Rounds + 1;
        return state with { Rounds = rounds, QuietUntil = now + Quarantine.For(rounds) };
    }

    private static WatchState AfterFlap(WatchState state, Signal.Reconnected up)
    {
        var code = CloseCode.Of(up.Code, up.AfterScan);
        if (!code.IsFlap)
        {
            return state;
        }

        var calm = state.Flaps.After(up.At, FlapHalfLife) < 0.5;
        return state with
        {
            Flaps = state.Flaps.Plus(1, up.At, FlapHalfLife),
            FlapsSince = calm ? up.At : state.FlapsSince ?? up.At,
            FlapCause = code.Cause,
        };
    }

    private static WatchState AfterAck(WatchState state, DateTimeOffset at)
    {
        var late = at < state.RefusedAt;
        return state with
        {
            UnackedInRow = 0,
            UnackedSince = null,
            WellSince = state.UnackedInRow >= SomeUnacked || (state.Refused is not null && !late) ? at : state.WellSince,
            AckedAt = at > state.AckedAt ? at : state.AckedAt ?? at,
            RecentSent = state.RecentSent.Plus(1, at, RecentHalfLife),
            UsualSent = state.UsualSent.Plus(1, at, UsualHalfLife),
            Refused = late ? state.Refused : null,
            RefusedCode = late ? state.RefusedCode : null,
            RefusedAt = late ? state.RefusedAt : null,
        };
    }

    private static WatchState AfterFailure(WatchState state, Signal.Failed failed)
    {
        var code = ErrorCode.Of(failed.Code);
        var counted = code.CountsAsFailure
            ? state with
            {
                RecentSent = state.RecentSent.Plus(1, failed.At, RecentHalfLife),
                RecentFailed = state.RecentFailed.Plus(1, failed.At, RecentHalfLife),
                UsualSent = state.UsualSent.Plus(1, failed.At, UsualHalfLife),
                UsualFailed = state.UsualFailed.Plus(1, failed.At, UsualHalfLife),
            }
            : state;
        return code.Verdict is { } verdict && !(counted.Refused > verdict)
            ? counted with
            {
                Refused = verdict,
                RefusedCode = failed.Code,
                RefusedAt = failed.At,
            }
            : counted;
    }
}
