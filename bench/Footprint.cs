using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;

namespace WhatsAI.Bench;

/// <summary>A process's resident memory, in bytes.</summary>
internal static class Footprint
{
    // Microsoft-Windows-DotNETRuntime: this keyword makes a session begin with a full, blocking collection.
    private const long CollectKeyword = 0x800000;

    /// <summary>After full collections.</summary>
    public static async Task<long> CollectedAsync(int process)
    {
        for (var i = 0; i < 2; i++)
        {
            await CollectAsync(process);
            await Task.Delay(1500);
        }

        return Resident(process);
    }

    private static async Task CollectAsync(int process)
    {
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectKeyword);
        using var session = await new DiagnosticsClient(process).StartEventPipeSessionAsync(
            provider,
            requestRundown: false,
            token: CancellationToken.None
        );
        var reading = session.EventStream.CopyToAsync(Stream.Null);
        await Task.Delay(1000);
        await session.StopAsync(CancellationToken.None);
        await reading;
    }

    public static long Resident(int process) => Field($"/proc/{process}/status", "VmRSS:") * 1024;

    private static long Field(string file, string name) =>
        long.Parse(
            File.ReadLines(file)
                .First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..]
                .Replace("kB", "", StringComparison.Ordinal),
            NumberStyles.Integer,
            CultureInfo.InvariantCulture
        );
}
