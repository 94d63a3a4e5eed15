using System.Net.Http.Json;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Instances.Pools.Alerts;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>Telegram's Bot API. Plain text, so that no name in it can be markup; it knows no idempotency key, so a doubtful repetition says that it is one.</summary>
internal sealed class AlertTelegram(AlertHttp http, IOptions<AlertOptions> options) : IAlertPost
{
    /// <summary>Telegram refuses longer ones.</summary>
    private const int MaxLength = 4_000;

    public AlertChannelKind Kind => AlertChannelKind.Telegram;

    public Task<Told> TellAsync(AlertTelling telling, CancellationToken ct)
    {
        if (!AlertChannel.IsTelegramToken(telling.Secret))
        {
            return Task.FromResult(new Told(DeliveryOutcome.SecretLost));
        }

        var (subject, text) = AlertLetter.Of(telling);
        // An alert's letter begins with its title, which the line above it has already.
        var all = telling.Alert is null ? $"{subject}\n\n{text}" : subject + text[text.IndexOf('\n', StringComparison.Ordinal)..];
        var address = $"{options.Value.TelegramAddress.AbsoluteUri.TrimEnd('/')}/bot{telling.Secret}/sendMessage";
        return http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = JsonContent.Create(
                    new
                    {
                        chat_id = telling.Target,
                        text = all.Length <= MaxLength ? all : all[..MaxLength],
                        link_preview_options = new { is_disabled = true },
                    }
                ),
            },
            ct
        );
    }
}
