using System.Globalization;

namespace WhatsAI.Tests.Crash;

/// <summary>
/// How often a fault is played: twice, or what <c>./test.sh long</c> says. The seed is printed with every test; WHATSAI_SEED plays the same faults
/// at the same moments again.
/// </summary>
internal static class Rounds
{
    private const int Few = 2;

    public static int Count { get; } = Setting("WHATSAI_ROUNDS") ?? Few;

    public static bool Long => Count > Few;

    public static Random Seeded(ITestOutputHelper output)
    {
        var seed = Setting("WHATSAI_SEED") ?? Environment.TickCount;
        output.WriteLine($"WHATSAI_SEED={seed} WHATSAI_ROUNDS={Count}");
        return new Random(seed);
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
