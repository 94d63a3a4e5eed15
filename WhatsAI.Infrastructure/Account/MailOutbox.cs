using System.Net;
using System.Net.Mail;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WhatsAI.Infrastructure.Account;

/// <param name="Id">Where the same mail may be sent twice: its own id, by which mail servers and readers know it.</param>
public sealed record Mail(string To, string Subject, string Text, Guid? Id = null);

/// <summary>
/// Sends mail behind the request: how long an answer takes must not tell whether an address is known here. What does not go out is logged without its
/// address or text; the person asks again.
/// </summary>
public sealed class MailOutbox(IOptions<MailOptions> options, IHostEnvironment environment, ILogger<MailOutbox> log) : BackgroundService
{
    private readonly Channel<Mail> _waiting = Channel.CreateBounded<Mail>(
        new BoundedChannelOptions(200) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    /// <summary>Where mail goes that has no server to go to.</summary>
    public string Folder => Path.GetFullPath(options.Value.Folder, environment.ContentRootPath);

    public void Send(Mail mail) => _waiting.Writer.TryWrite(mail);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var mail in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await SendAsync(mail, stoppingToken);
            }
            catch (Exception e)
                when (e is SmtpException or IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
            {
                log.LogError("A mail did not go out: {Failure}", e.GetType().Name);
            }
        }
    }

    /// <summary>At once, for who knows what to do when it does not go out.</summary>
    public async Task SendAsync(Mail mail, CancellationToken ct)
    {
        using var message = new MailMessage(options.Value.From, mail.To, mail.Subject, mail.Text);
        if (mail.Id is { } id)
        {
            message.Headers.Add("Message-ID", $"<{id:N}@whatsai.console>");
        }

        using var client = Client();
        if (client.DeliveryMethod == SmtpDeliveryMethod.SpecifiedPickupDirectory)
        {
            MakeFolder();
            log.LogInformation("A mail was written to {Folder}", Folder);
        }

        await client.SendMailAsync(message, ct);
    }

    // A reset link is as good as a password, so nobody else on the machine may look in.
    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder);
            return;
        }

        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private SmtpClient Client() =>
        string.IsNullOrWhiteSpace(options.Value.Host)
            ? new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = Folder }
            : new SmtpClient(options.Value.Host, options.Value.Port)
            {
                EnableSsl = options.Value.Tls,
                Timeout = 30_000,
                Credentials = options.Value.User is { Length: > 0 } user ? new NetworkCredential(user, options.Value.Password) : null,
            };
}
