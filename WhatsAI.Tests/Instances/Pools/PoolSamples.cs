using System.Globalization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;

namespace WhatsAI.Tests.Instances.Pools;

/// <summary>Moments by the clocks of a zone, and numbers as they are seen.</summary>
internal static class PoolSamples
{
    public static readonly TimeZoneInfo SaoPaulo = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
    public static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    public static readonly TimeZoneInfo Lisbon = TimeZoneInfo.FindSystemTimeZoneById("Europe/Lisbon");

    public static DateTimeOffset At(string local, TimeZoneInfo zone)
    {
        var time = DateTime.Parse(local, CultureInfo.InvariantCulture);
        return new DateTimeOffset(time, zone.GetUtcOffset(time));
    }

    public static InstanceId Number(int n) => new(new Guid(n, 0, 0, new byte[8]));

    public static GatewayServerId Server(int n) => new(new Guid(n, 1, 0, new byte[8]));

    public static Finding Finding(Verdict verdict, DateTimeOffset since) => new(verdict, ReasonKey.Of(verdict), since);

    /// <summary>A linked number whose session was proven a moment ago.</summary>
    public static NumberFacts Facts(DateTimeOffset now, InstanceState state = InstanceState.Open, DateTimeOffset? since = null) =>
        new(
            new ConnectionFacts(state, since ?? now.AddHours(-5)) { OwnJid = "5511988880001@s.whatsapp.net" },
            Unconfirmed: 0,
            Queued: 0,
            GatewayFailure: null
        )
        {
            GatewaySeenAt = now.AddSeconds(-20),
        };
}
