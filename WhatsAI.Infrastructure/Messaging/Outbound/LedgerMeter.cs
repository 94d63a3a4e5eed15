using System.Diagnostics.Metrics;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>Every message out, by lane. For graphs and alarms: what truly became of a message is in its row.</summary>
internal static class LedgerMeter
{
    public const string Name = "whatsai.ledger";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _moves = _meter.CreateCounter<long>(
        "whatsai.ledger.messages",
        "{message}",
        "Messages out, by lane and what became of them: queued, sent, failed, skipped, put_off, unconfirmed"
    );

    private static readonly Counter<long> _settled = _meter.CreateCounter<long>(
        "whatsai.ledger.settled",
        "{message}",
        "Messages in doubt that turned out to have been sent"
    );

    private static readonly Histogram<double> _wait = _meter.CreateHistogram<double>(
        "whatsai.ledger.wait",
        "s",
        "From queued to taken by the gateway"
    );

    public static void Queued(Lane lane, int messages = 1) => Count(lane, "queued", messages);

    /// <param name="next">Null: the gateway took it.</param>
    public static void Ended(Attempt attempt, AfterFailure? next, DateTimeOffset now)
    {
        if (next is null)
        {
            _wait.Record(Math.Max((now - attempt.QueuedAt).TotalSeconds, 0), Tag(attempt.Lane));
        }

        Count(
            attempt.Lane,
            next switch
            {
                null => "sent",
                AfterFailure.Wait => "put_off",
                AfterFailure.Fail => "failed",
                _ => "unconfirmed",
            }
        );
    }

    /// <summary>Without a hand-over: the number is banned, or it waited for too long.</summary>
    public static void Failed(Lane lane) => Count(lane, "failed");

    public static void Skipped(Lane lane) => Count(lane, "skipped");

    public static void Unconfirmed(Lane lane) => Count(lane, "unconfirmed");

    /// <summary>One in doubt was found at the gateway, or by its echo.</summary>
    public static void Settled() => _settled.Add(1);

    private static void Count(Lane lane, string result, int messages = 1) =>
        _moves.Add(messages, Tag(lane), KeyValuePair.Create<string, object?>("result", result));

    private static KeyValuePair<string, object?> Tag(Lane lane) => new("lane", lane.ToString().ToLowerInvariant());
}
