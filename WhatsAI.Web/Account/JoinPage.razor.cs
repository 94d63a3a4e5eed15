using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Tenancy;

namespace WhatsAI.Web.Account;

/// <summary>Where an invitation's link leads: a new account, or the one that is signed in. Whether an address has an account is not told.</summary>
public sealed partial class JoinPage
{
    private InvitationView? _invitation;
    private string? _me;

    [Inject]
    private InvitationAcceptance Acceptance { get; set; } = null!;

    [Inject]
    private SignInManager<ConsoleUser> SignIns { get; set; } = null!;

    [Inject]
    private IStringLocalizer<TenancyText> Roles { get; set; } = null!;

    [Inject]
    private IStringLocalizer<RuleText> Rules { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "join-new")]
    private SetUpForm? Form { get; set; }

    [SupplyParameterFromQuery]
    private string? Token { get; set; }

    private string Here => $"/join?token={Uri.EscapeDataString(Token ?? "")}";

    private string SignOut => $"/sign-out?returnUrl={Uri.EscapeDataString(Here)}";

    protected override async Task OnInitializedAsync()
    {
        Form ??= new SetUpForm();
        var user = Http.User.ConsoleUserId();
        _me = user is null ? null : (await SignIns.UserManager.GetUserAsync(Http.User))?.Email;
        _invitation = await Acceptance.FindAsync(Token, user, Http.RequestAborted);
    }

    private async Task CreateAsync()
    {
        var name = Required("Name", Form!.Name, 120);
        var email = _invitation?.Email ?? Email("Email", Form.Email);
        if (!IsFine || !IsAdmitted())
        {
            return;
        }

        try
        {
            await EnterAsync(await Acceptance.CreateAsync(Token, email, name, Form.Password ?? "", Http.RequestAborted));
        }
        catch (IdentityException refused) when (refused.Codes.Any(c => c.StartsWith("Duplicate", StringComparison.Ordinal)))
        {
            Problem = L["join.not-accepted"];
        }
        catch (IdentityException refused)
        {
            Refuse(refused, "Email", "Password");
        }
        catch (RuleException broken)
        {
            Problem = Rules[broken.Key, [.. broken.Values]];
        }
    }

    private async Task JoinAsync()
    {
        if (!IsAdmitted() || Http.User.ConsoleUserId() is not { } user)
        {
            return;
        }

        try
        {
            Navigation.NavigateTo($"/t/{(await Acceptance.JoinAsync(Token, user, Http.RequestAborted)).Slug}/inbox");
        }
        catch (RuleException broken)
        {
            Problem = Rules[broken.Key, [.. broken.Values]];
        }
    }

    private async Task EnterAsync(Joined joined)
    {
        await SignIns.SignInAsync((await SignIns.UserManager.FindByIdAsync(joined.User.ToString()))!, isPersistent: true);
        Navigation.NavigateTo($"/t/{joined.Slug}/inbox");
    }
}
