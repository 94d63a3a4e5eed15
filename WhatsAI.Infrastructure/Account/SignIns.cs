using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Account;

public enum SignInOutcome
{
    SignedIn,
    Wrong,

    /// <summary>Too many wrong passwords for this account: nobody gets in for <see cref="SignInGuard.LockTime"/>.</summary>
    Locked,
}

/// <summary>Signing in with address and password. Known and unknown addresses get the same answers in the same time.</summary>
public sealed class SignIns(
    SignInManager<ConsoleUser> manager,
    UserManager<ConsoleUser> users,
    IPasswordHasher<ConsoleUser> hasher,
    SignInGuard guard,
    ILogger<SignIns> log
)
{
    // The hash of nothing anybody typed: verifying it takes as long as verifying a real one.
    private static readonly ConsoleUser _nobody = new();
    private static readonly Lazy<string> _nobodysHash = new(() =>
        new PasswordHasher<ConsoleUser>().HashPassword(_nobody, Guid.NewGuid().ToString())
    );

    public async Task<SignInOutcome> SignInAsync(string email, string password, bool remember)
    {
        var user = await users.FindByEmailAsync(email.Trim());
        if (user is null)
        {
            hasher.VerifyHashedPassword(_nobody, _nobodysHash.Value, password);
            return guard.AdmitsUnknown(email.Trim()) ? SignInOutcome.Wrong : SignInOutcome.Locked;
        }

        var result = await manager.PasswordSignInAsync(user, password, remember, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            return SignInOutcome.SignedIn;
        }

        log.LogInformation("Sign-in refused for user {UserId} (locked: {Locked})", user.Id, result.IsLockedOut);
        return result.IsLockedOut ? SignInOutcome.Locked : SignInOutcome.Wrong;
    }
}
