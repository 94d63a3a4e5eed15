using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Tenancy;

/// <summary>An invitation's link, to be shown and, where mail leaves from here, sent.</summary>
public sealed class InvitationMail(
    MailOutbox outbox,
    IOptions<MailOptions> mail,
    IOptions<SiteOptions> site,
    IHostEnvironment environment,
    NavigationManager navigation,
    IStringLocalizer<TenancyText> texts
)
{
    /// <summary>Shown to the one who invites, so the address he is at is good enough where none is configured.</summary>
    public string LinkOf(string token) =>
        $"{(site.Value.PublicAddress?.AbsoluteUri ?? navigation.BaseUri).TrimEnd('/')}/join?token={token}";

    /// <summary>False where no mail leaves, or no address may be named in one.</summary>
    public bool Send(string email, string link, ShellContext shell)
    {
        var leaves = !string.IsNullOrWhiteSpace(mail.Value.Host) || environment.IsDevelopment();
        if (!leaves || (site.Value.PublicAddress is null && !environment.IsDevelopment()))
        {
            return false;
        }

        outbox.Send(
            new Mail(
                email,
                texts["invite.mail-subject", shell.TenantName],
                texts["invite.mail-text", shell.UserName, shell.TenantName, link]
            )
        );
        return true;
    }
}
