namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>
/// What WhatsApp means by the code a session ends with (Baileys and whatsmeow), and what follows from it. 402, 403, 401 and 406 come with a close event; after
/// the others Evolution reconnects by itself and tells only "connecting" and "open".
/// </summary>
/// <param name="Cause">A resource key below "cause.".</param>
/// <param name="Verdict">Null where one such close says nothing about the number yet.</param>
/// <param name="IsFlap">Counts toward flapping.</param>
/// <param name="NeedsScan">The session is gone: nothing but a person with the phone brings it back.</param>
public sealed record CloseCode(string Cause, Verdict? Verdict, bool IsFlap, bool NeedsScan)
{
    /// <param name="code">Null: a close without one.</param>
    /// <param name="afterScan">Within a minute of a QR scan, when 515 is how a link begins.</param>
    public static CloseCode Of(int? code, bool afterScan = false) =>
        code switch
        {
            401 => new("closed.401", Health.Verdict.LoggedOut, IsFlap: false, NeedsScan: true),
            402 => new("closed.402", Health.Verdict.Restricted, IsFlap: false, NeedsScan: true),
            403 => new("closed.403", Health.Verdict.Banned, IsFlap: false, NeedsScan: true),
            406 => new("closed.406", Health.Verdict.Banned, IsFlap: false, NeedsScan: true),
            // The gateway's own version is refused: every number on it will be.
            405 or 409 => new("closed.outdated", Health.Verdict.Degraded, IsFlap: true, NeedsScan: false),
            // Two servers with one session: each throws the other out for ever.
            440 => new("closed.440", null, IsFlap: true, NeedsScan: false),
            515 => new("closed.515", null, IsFlap: !afterScan, NeedsScan: false),
            408 or 411 or 428 or 500 or 503 => new($"closed.{code}", null, IsFlap: true, NeedsScan: false),
            null => new("closed", null, IsFlap: true, NeedsScan: false),
            _ => new("closed.other", null, IsFlap: true, NeedsScan: false),
        };
}
