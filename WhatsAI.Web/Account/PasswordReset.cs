using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Account;

/// <summary>A new password by a link that only the mailbox's owner has; good for two hours and for one use.</summary>
public sealed class PasswordReset(
    UserManager<ConsoleUser> users,
    UserSessions sessions,
    MailOutbox outbox,
    Limits limits,
    IOptions<SiteOptions> site,
    IHostEnvironment environment,
    IStringLocalizer<AccountText> texts
)
{
    /// <summary>Looks the same for an address nobody has or that got several mails already, and where no public address is configured: only the mail is missing.</summary>
    public async Task SendLinkAsync(string email, HttpRequest request)
    {
        var user = await users.FindByEmailAsync(email);
        if (
            user?.Email is not { } address
            || site.Value.AddressFor(request, environment) is not { } console
            || !limits.AdmitsResetMail(user.Id)
        )
        {
            return;
        }

        var token = WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(await users.GeneratePasswordResetTokenAsync(user)));
        var link = $"{console}/reset-password?user={user.Id:N}&token={token}";
        outbox.Send(new Mail(address, texts["mail.reset-subject"], texts["mail.reset-text", user.DisplayName, link]));
    }

    /// <summary>Also opens a locked account: whoever reads the mailbox has proven who he is.</summary>
    /// <exception cref="IdentityException">The link is used up, too old or not ours, or the password is not acceptable.</exception>
    public async Task SetAsync(string? userId, string? token, string password)
    {
        var user = Guid.TryParse(userId, out var id) ? await users.FindByIdAsync(id.ToString()) : null;
        if (user is null || Decode(token) is not { } decoded)
        {
            throw new IdentityException(["InvalidToken"]);
        }

        IdentityException.ThrowUnless(await users.ResetPasswordAsync(user, decoded, password));
        await sessions.EndAllAsync(UserId.From(user.Id));
        await users.SetLockoutEndDateAsync(user, lockoutEnd: null);
        await users.ResetAccessFailedCountAsync(user);
    }

    private static string? Decode(string? token)
    {
        try
        {
            return token is null ? null : Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(token));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
