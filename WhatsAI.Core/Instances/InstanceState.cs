namespace WhatsAI.Core.Instances;

/// <summary>What is known of a number's session. "Unknown" is never "bad": it is what we say when nothing has been proven yet.</summary>
public enum InstanceState
{
    /// <summary>Exists here; the gateway has not confirmed anything yet.</summary>
    Unknown,

    /// <summary>Waits for the phone to scan, or the gateway opens the session again.</summary>
    Connecting,

    Open,

    /// <summary>The session is closed for a reason that a reconnect mends.</summary>
    Disconnected,

    /// <summary>The phone removed this device (401): a new scan is needed.</summary>
    LoggedOut,

    /// <summary>A temporary ban (402): WhatsApp names its end.</summary>
    Restricted,

    /// <summary>403 or 406: WhatsApp refuses the number.</summary>
    Banned,
}
