using System.Globalization;
using WhatsAI.Core.Instances.Pools.Alerts;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>The company that tells, as its own channels may name it.</summary>
internal sealed record AlertSender(string Name, string Slug, CultureInfo Culture, TimeZoneInfo Zone);

/// <summary>One attempt to tell one channel of one alert.</summary>
/// <param name="Key">The same in every attempt of one alert and channel.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="MayRepeat">An attempt before may have arrived.</param>
/// <param name="Secret">In clear; empty where the kind has none.</param>
/// <param name="Alert">Null: a test.</param>
/// <param name="Link">Where it is read in the console; null where the console does not know its own address.</param>
internal sealed record AlertTelling(
    Guid Key,
    int Attempt,
    bool MayRepeat,
    AlertChannelKind Kind,
    string Channel,
    string Target,
    string Secret,
    AlertRow? Alert,
    AlertSender From,
    string? Link,
    DateTimeOffset Now
);

/// <param name="RetryAfter">What the other side asked for.</param>
internal sealed record Told(DeliveryOutcome Outcome, TimeSpan? RetryAfter = null);

/// <summary>One way out of the console. Never throws for what the other side does.</summary>
internal interface IAlertPost
{
    AlertChannelKind Kind { get; }

    Task<Told> TellAsync(AlertTelling telling, CancellationToken ct);
}

/// <summary>An alert as a letter: what a person reads outside the console.</summary>
internal static class AlertLetter
{
    public static (string Subject, string Text) Of(AlertTelling telling)
    {
        var (culture, zone) = (telling.From.Culture, telling.From.Zone);
        if (telling.Alert is not { } alert)
        {
            return (
                AlertText.Of("letter.subject", culture, AlertText.Of("letter.test", culture), telling.Channel),
                AlertText.Of("letter.test-text", culture, telling.Channel, telling.From.Name)
            );
        }

        var words = AlertWords.Of(alert, culture, zone);
        var level = AlertText.Of($"level.{Core.Instances.Pools.ReasonKey.Of(alert.Level)}", culture);
        var lines = new[]
        {
            words.Title,
            words.Cause,
            "",
            AlertText.Of("letter.done", culture, words.Done),
            AlertText.Of("letter.do", culture, words.Do),
            "",
            alert.ClearedAt is { } over ? AlertText.Of("letter.over", culture, AlertWords.Moment(over, culture, zone)) : null,
            AlertText.Of("letter.when", culture, telling.From.Name, AlertWords.Moment(alert.RaisedAt, culture, zone), zone.Id),
            telling.Link is { } link ? AlertText.Of("letter.open", culture, link) : null,
            telling.MayRepeat ? AlertText.Of("letter.again", culture) : null,
        };
        return (AlertText.Of("letter.subject", culture, level, words.Title), string.Join('\n', lines.OfType<string>()));
    }
}
