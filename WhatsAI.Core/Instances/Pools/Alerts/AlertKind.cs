namespace WhatsAI.Core.Instances.Pools.Alerts;

public enum AlertLevel
{
    Critical,
    Warning,
    Info,
}

/// <summary>What people are told of. Resource keys "alert.{kind}", "alert.{kind}.done" (what the system did) and "alert.{kind}.do" (what a person should do).</summary>
public enum AlertKind
{
    GatewayDown,
    NumbersFellTogether,
    Banned,
    Restricted,
    LoggedOut,
    Disconnected,

    /// <summary>Nobody can take over.</summary>
    NoBackup,
    CampaignHeld,
    Flapping,

    /// <summary>Over 80 % of a number's cap is used.</summary>
    CapNear,

    /// <summary>Less capacity than there is to send.</summary>
    CapacityShort,
    RotationPlanned,
    FailoverDone,
}

public static class AlertKinds
{
    public static AlertLevel Level(this AlertKind kind) =>
        kind switch
        {
            AlertKind.RotationPlanned or AlertKind.FailoverDone => AlertLevel.Info,
            AlertKind.Flapping or AlertKind.CapNear or AlertKind.CapacityShort or AlertKind.NoBackup => AlertLevel.Warning,
            _ => AlertLevel.Critical,
        };

    /// <summary>Whether the subject is a gateway server.</summary>
    public static bool IsOfServer(this AlertKind kind) => kind is AlertKind.GatewayDown or AlertKind.NumbersFellTogether;

    /// <summary>Whether the subject is a number, whichever pool it is in.</summary>
    public static bool IsOfNumber(this AlertKind kind) =>
        kind
            is AlertKind.Banned
                or AlertKind.Restricted
                or AlertKind.LoggedOut
                or AlertKind.Disconnected
                or AlertKind.Flapping
                or AlertKind.CapNear
                or AlertKind.RotationPlanned;

    /// <summary>How long the cause must be gone before the alert is, so that what comes and goes is told once.</summary>
    public static TimeSpan Calm(this AlertKind kind) =>
        kind switch
        {
            AlertKind.Flapping => TimeSpan.FromMinutes(10),
            AlertKind.Disconnected or AlertKind.GatewayDown or AlertKind.NumbersFellTogether => TimeSpan.FromMinutes(1),
            AlertKind.CapacityShort => TimeSpan.FromMinutes(30),
            _ => TimeSpan.Zero,
        };
}
