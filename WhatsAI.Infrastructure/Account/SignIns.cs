using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Account;

public enum SignInOutcome
{
    SignedIn,
    Wrong,

    /// <summary>Too many wrong passwords: for <see cref="SignInGuard.LockTime"/> nobody gets in from here.</summary>
    Locked,
}

/// <summary>
/// Signing in with address and password. Known and unknown addresses get the same answers in the same time. A browser that its user has signed in with
/// before is not held up by the account's lock, which anybody could bring about who knows the address: it has tries of its own.
/// </summary>
public sealed class SignIns(
    SignInManager<ConsoleUser> manager,
    UserManager<ConsoleUser> users,
    IPasswordHasher<ConsoleUser> hasher,
    SignInGuard guard,
    KnownBrowsers browsers,
    ILogger<SignIns> log
)
{
    // The hash of nothing anybody typed: verifying it takes as long as verifying a real one.
    private static readonly ConsoleUser _nobody = new();
    private static string? _nobodysHash;

    public async Task<SignInOutcome> SignInAsync(string email, string password, bool remember)
    {
        var outcome = await TryAsync(email, password, remember);
        AccountMeter.Tried(outcome);
        return outcome;
    }

    private async Task<SignInOutcome> TryAsync(string email, string password, bool remember)
    {
        var user = await users.FindByEmailAsync(email.Trim());
        if (user is null)
        {
            Pretend(password);
            return guard.AdmitsUnknown(email.Trim()) ? SignInOutcome.Wrong : SignInOutcome.Locked;
        }

        var outcome = browsers.Recognize(manager.Context, user.Id) is { } browser
            ? await FromKnownAsync(browser, user, password, remember)
            : await FromStrangeAsync(user, password, remember);
        if (outcome == SignInOutcome.SignedIn)
        {
            browsers.Remember(manager.Context, user.Id);
        }
        else
        {
            log.LogInformation("Sign-in refused for user {UserId}: {Outcome}", user.Id, outcome);
        }

        return outcome;
    }

    private async Task<SignInOutcome> FromKnownAsync(string browser, ConsoleUser user, string password, bool remember)
    {
        if (!guard.AdmitsBrowser(browser))
        {
            Pretend(password);
            return SignInOutcome.Locked;
        }

        if (!await users.CheckPasswordAsync(user, password) || !await manager.CanSignInAsync(user))
        {
            return SignInOutcome.Wrong;
        }

        await manager.SignInAsync(user, remember);
        return SignInOutcome.SignedIn;
    }

    private async Task<SignInOutcome> FromStrangeAsync(ConsoleUser user, string password, bool remember)
    {
        if (await users.IsLockedOutAsync(user))
        {
            // Identity would answer without looking at the password, and the time would tell that there is such an account.
            Pretend(password);
            return SignInOutcome.Locked;
        }

        var result = await manager.PasswordSignInAsync(user, password, remember, lockoutOnFailure: true);
        return result.Succeeded ? SignInOutcome.SignedIn
            : result.IsLockedOut ? SignInOutcome.Locked
            : SignInOutcome.Wrong;
    }

    private void Pretend(string password)
    {
        var hash = LazyInitializer.EnsureInitialized(ref _nobodysHash, () => hasher.HashPassword(_nobody, Guid.NewGuid().ToString()));
        hasher.VerifyHashedPassword(_nobody, hash, password);
    }
}
