namespace WhatsAI.Web.Account;

/// <summary>What the account pages' forms send; every value comes from outside.</summary>
public sealed class SignInForm
{
    public string? Email { get; set; }
    public string? Password { get; set; }
    public bool Remember { get; set; }
}

public sealed class ForgotPasswordForm
{
    public string? Email { get; set; }
}

public sealed class NewPasswordForm
{
    public string? Current { get; set; }
    public string? Password { get; set; }
    public string? Again { get; set; }
}

public sealed class SetUpForm
{
    public string? Company { get; set; }
    public string? Name { get; set; }
    public string? Email { get; set; }
    public string? Password { get; set; }
    public string? TimeZone { get; set; }
}

public sealed class SessionForm
{
    /// <summary>The session whose button was pressed; null: all others.</summary>
    public Guid? Session { get; set; }
}

public sealed class ProfileForm
{
    public string? Name { get; set; }

    /// <summary>Empty: the browser's.</summary>
    public string? Language { get; set; }
    public string? Theme { get; set; }
}
