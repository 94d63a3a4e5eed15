using Microsoft.AspNetCore.Components;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Account;

public sealed partial class ProfilePage
{
    private string? _email;
    private IReadOnlyList<SessionRow> _sessions = [];

    [Inject]
    private ProfileActions Actions { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "profile")]
    private ProfileForm? Form { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    private NewPasswordForm? Passwords { get; set; }

    [SupplyParameterFromForm(FormName = "sessions")]
    private SessionForm? Ended { get; set; }

    [SupplyParameterFromQuery]
    private string? Saved { get; set; }

    protected override async Task OnInitializedAsync()
    {
        // The page is drawn once before the user is read.
        var sent = Form is not null;
        Form ??= new ProfileForm { Theme = ProfileActions.ThemeOf(Http) };
        var user = await Actions.UserAsync(Http);
        _email = user.Email;
        _sessions = await Actions.SessionsAsync(Http);
        if (!sent)
        {
            (Form.Name, Form.Language) = (user.DisplayName, user.Language);
        }
    }

    private async Task SaveAsync()
    {
        var name = Required("Name", Form!.Name, 120);
        if (IsFine)
        {
            await Actions.SaveAsync(Http, name, Form.Language, Form.Theme);
            Navigation.NavigateTo("/profile?saved=profile");
        }
    }

    private string DeviceOf(SessionRow session) =>
        session is { Browser: null, Platform: null }
            ? L["sessions.unknown"]
            : string.Join(" · ", new[] { session.Browser, session.Platform }.OfType<string>());

    private async Task EndAsync()
    {
        await (Ended?.Session is { } one ? Actions.EndAsync(Http, one) : Actions.EndOthersAsync(Http));
        Navigation.NavigateTo("/profile?saved=sessions#sessions");
    }

    private async Task ChangePasswordAsync()
    {
        var (current, password) = (Passwords!.Current ?? "", Passwords.Password ?? "");
        if (password != Passwords.Again)
        {
            Refuse("Again", L["password.differ"]);
        }

        if (!IsFine || !IsAdmitted())
        {
            return;
        }

        try
        {
            await Actions.ChangePasswordAsync(Http, current, password);
            Navigation.NavigateTo("/profile?saved=password");
        }
        catch (IdentityException refused) when (refused.Codes.Contains("PasswordMismatch"))
        {
            Refuse("Current", TextOf("PasswordMismatch"));
        }
        catch (IdentityException refused)
        {
            Refuse(refused, "Password", "Password");
        }
    }
}
