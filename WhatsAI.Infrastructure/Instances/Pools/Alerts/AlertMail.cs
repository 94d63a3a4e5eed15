using System.Net.Mail;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Account;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>Through the operator's own mail server, as all mail of the console.</summary>
internal sealed class AlertMail(MailOutbox outbox) : IAlertPost
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public AlertChannelKind Kind => AlertChannelKind.Email;

    public async Task<Told> TellAsync(AlertTelling telling, CancellationToken ct)
    {
        var (subject, text) = AlertLetter.Of(telling);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(_patience);
        try
        {
            await outbox.SendAsync(new Mail(telling.Target, subject, text, telling.Key), limit.Token);
            return new Told(DeliveryOutcome.Delivered);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Told(DeliveryOutcome.TimedOut);
        }
        catch (SmtpFailedRecipientException e)
        {
            // 5xx is for good; everything else is what a mail server says when it has no time.
            return new Told((int)e.StatusCode >= 500 ? DeliveryOutcome.Refused : DeliveryOutcome.Failed);
        }
        catch (SmtpException e)
        {
            return new Told(e.InnerException is System.Net.Sockets.SocketException ? DeliveryOutcome.Unreachable : DeliveryOutcome.Failed);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return new Told(DeliveryOutcome.Refused);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return new Told(DeliveryOutcome.Failed);
        }
    }
}
