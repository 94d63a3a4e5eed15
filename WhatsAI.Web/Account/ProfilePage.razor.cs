using Microsoft.AspNetCore.Components;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Account;

public sealed partial class ProfilePage
{
    private string? _email;

    [Inject]
    private ProfileActions Actions { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "profile")]
    private ProfileForm? Form { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    private NewPasswordForm? Passwords { get; set; }

    [SupplyParameterFromQuery]
    private string? Saved { get; set; }

    protected override async Task OnInitializedAsync()
    {
        // The page is drawn once before the user is read.
        var sent = Form is not null;
        Form ??= new ProfileForm { Theme = ProfileActions.ThemeOf(Http) };
        var user = await Actions.UserAsync(Http);
        _email = user.Email;
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
