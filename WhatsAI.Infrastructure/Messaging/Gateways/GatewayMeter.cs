using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WhatsAI.Infrastructure.Messaging.Gateways;

/// <summary>Calls to gateway servers. By kind, never by address: an address is a company's own.</summary>
internal static class GatewayMeter
{
    public const string Name = "whatsai.gateway";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _calls = _meter.CreateCounter<long>(
        "whatsai.gateway.calls",
        "{call}",
        "Calls by the server's kind and result: ok, cancelled, or the failure's name"
    );

    private static readonly Histogram<double> _duration = _meter.CreateHistogram<double>(
        "whatsai.gateway.call.duration",
        "s",
        "How long a call took, by the server's kind"
    );

    /// <param name="kind">"evolution", later "waha" and "cloud".</param>
    public static async Task<T> CountAsync<T>(string kind, Func<Task<T>> call)
    {
        var began = Stopwatch.GetTimestamp();
        var result = "cancelled";
        try
        {
            var answer = await call();
            result = "ok";
            return answer;
        }
        catch (GatewayException e)
        {
            result = e.Failure.ToString();
            throw;
        }
        finally
        {
            var tag = KeyValuePair.Create<string, object?>("kind", kind);
            _calls.Add(1, tag, KeyValuePair.Create<string, object?>("result", result));
            _duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, tag);
        }
    }
}
