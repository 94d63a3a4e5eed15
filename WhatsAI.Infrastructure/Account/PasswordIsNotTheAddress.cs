using Microsoft.AspNetCore.Identity;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Account;

/// <summary>Length is what makes a password; besides, it may not be the address or its name, nor so long that hashing it is an attack.</summary>
public sealed class PasswordIsNotTheAddress : IPasswordValidator<ConsoleUser>
{
    public const int MaxLength = 200;

    public Task<IdentityResult> ValidateAsync(UserManager<ConsoleUser> manager, ConsoleUser user, string? password)
    {
        var refused =
            password is { Length: > MaxLength } ? "PasswordTooLong"
            : Same(password, user.Email) || Same(password, user.Email?.Split('@')[0]) ? "PasswordIsTheAddress"
            : null;
        return Task.FromResult(refused is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = refused }));
    }

    private static bool Same(string? password, string? other) => string.Equals(password, other, StringComparison.OrdinalIgnoreCase);
}
