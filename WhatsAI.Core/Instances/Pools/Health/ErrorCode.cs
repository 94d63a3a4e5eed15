namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>What a failed message's code is about.</summary>
public enum ErrorKind
{
    /// <summary>A code that is not known: a failure like any other.</summary>
    Other,
    Token,
    Permission,
    Throttle,

    /// <summary>Slow down; this message is not repeated.</summary>
    Reputation,
    Ban,
    Recipient,

    /// <summary>Over 24 hours since the person wrote.</summary>
    ServiceWindow,
    Request,
    Template,
    Transient,
}

/// <summary>The codes of the Cloud API, and 463 of the unofficial one (no new chats).</summary>
/// <param name="Verdict">What it says of the number; null where it says nothing of it.</param>
/// <param name="CountsAsFailure">Against the number's ratio: a wrong address or a bad template is not the number's failure.</param>
public sealed record ErrorCode(ErrorKind Kind, Verdict? Verdict, bool CountsAsFailure)
{
    /// <summary>Unofficial: the number may answer but start no chat.</summary>
    public const int NoNewChats = 463;

    /// <summary>The person stopped marketing messages: an opt-out.</summary>
    public const int StoppedMarketing = 131050;

    public static ErrorCode Of(int? code) =>
        code switch
        {
            NoNewChats => new(ErrorKind.Ban, Health.Verdict.Restricted, CountsAsFailure: true),
            0 or 190 => new(ErrorKind.Token, Health.Verdict.LoggedOut, CountsAsFailure: false),
            3 or 10 or (>= 200 and <= 299) or 131005 => new(ErrorKind.Permission, Health.Verdict.Degraded, CountsAsFailure: false),
            4 or 80007 or 130429 or 131056 or 133016 => new(ErrorKind.Throttle, null, CountsAsFailure: false),
            131048 or 131064 => new(ErrorKind.Reputation, Health.Verdict.Degraded, CountsAsFailure: true),
            131049 or 130472 => new(ErrorKind.Reputation, null, CountsAsFailure: false),
            368 or 131031 => new(ErrorKind.Ban, Health.Verdict.Banned, CountsAsFailure: true),
            130497 or 131042 or 131045 or 131037 => new(ErrorKind.Ban, Health.Verdict.Restricted, CountsAsFailure: true),
            131026 or 131021 or 131030 or StoppedMarketing or 131062 or 131063 => new(ErrorKind.Recipient, null, CountsAsFailure: false),
            131047 => new(ErrorKind.ServiceWindow, null, CountsAsFailure: false),
            132015 or 132016 or 132068 or 132069 => new(ErrorKind.Template, null, CountsAsFailure: false),
            100 or 131008 or 131009 or 131051 or 131052 or 131053 or (>= 132000 and <= 132012) or 135000 or 137000 => new(
                ErrorKind.Request,
                null,
                CountsAsFailure: false
            ),
            1 or 2 or 131000 or 131016 or 131057 => new(ErrorKind.Transient, null, CountsAsFailure: true),
            _ => new(ErrorKind.Other, null, CountsAsFailure: true),
        };
}
