using System.Net.Mail;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Account;

/// <summary>A statically drawn page with a form: what is wrong is said at its field, or above the form.</summary>
public abstract class AccountPage : ComponentBase
{
    private readonly Dictionary<string, string> _wrong = new(StringComparer.Ordinal);

    [Inject]
    protected IStringLocalizer<AccountText> L { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private SignInGuard Guard { get; set; } = null!;

    [CascadingParameter]
    protected HttpContext Http { get; set; } = null!;

    /// <summary>Said above the form; null when nothing is wrong with the whole.</summary>
    protected string? Problem { get; set; }

    /// <summary>Else the first that is wrong has the focus, wherever it would be at first.</summary>
    protected bool HasNoWrongField => _wrong.Count == 0;

    protected bool IsFine => Problem is null && _wrong.Count == 0;

    protected string? WhyNot(string field) => _wrong.GetValueOrDefault(field);

    protected void Refuse(string field, string why) => _wrong.TryAdd(field, why);

    /// <summary>False, and said, when this network address has posted too often.</summary>
    protected bool IsAdmitted()
    {
        if (Guard.Admits(Http.Connection.RemoteIpAddress))
        {
            return true;
        }

        Http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        Http.Response.Headers.RetryAfter = ((int)SignInGuard.Window.TotalSeconds).ToString(
            System.Globalization.CultureInfo.InvariantCulture
        );
        Problem = L["too-often", SignInGuard.Window.TotalMinutes];
        return false;
    }

    protected string Required(string field, string? value, int most = 254)
    {
        var trimmed = value?.Trim() ?? "";
        if (trimmed.Length == 0)
        {
            Refuse(field, L["required"]);
        }
        else if (trimmed.Length > most)
        {
            Refuse(field, L["too-long", most]);
        }
        else if (trimmed.Any(char.IsControl))
        {
            Refuse(field, L["not-accepted"]);
        }

        return trimmed;
    }

    protected string Email(string field, string? value)
    {
        var address = Required(field, value);
        if (
            address.Length > 0
            && (!MailAddress.TryCreate(address, out var parsed) || parsed.Address != address || address.Any(char.IsControl))
        )
        {
            Refuse(field, L["email-invalid"]);
        }

        return address;
    }

    /// <summary>What Identity refused, each at its field.</summary>
    protected void Refuse(IdentityException refused, string emailField, string passwordField)
    {
        foreach (var code in refused.Codes)
        {
            var field =
                code.Contains("Email", StringComparison.Ordinal) || code.Contains("UserName", StringComparison.Ordinal)
                    ? emailField
                    : passwordField;
            Refuse(field, TextOf(code));
        }
    }

    protected string TextOf(string code) =>
        code switch
        {
            "PasswordTooShort" => L["password.too-short", AccountRegistration.MinPasswordLength],
            "PasswordTooLong" => L["too-long", PasswordIsNotTheAddress.MaxLength],
            "PasswordIsTheAddress" => L["password.is-the-address"],
            "PasswordMismatch" => L["password.wrong"],
            "InvalidToken" => L["reset.expired"],
            "InvalidEmail" => L["email-invalid"],
            "DuplicateEmail" or "DuplicateUserName" => L["email-taken"],
            _ => L["not-accepted"],
        };
}
