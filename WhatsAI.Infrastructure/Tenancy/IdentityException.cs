using Microsoft.AspNetCore.Identity;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>What Identity refused, by its codes ("PasswordTooShort"), each of which has a text in the account's resources.</summary>
public sealed class IdentityException(IReadOnlyList<string> codes) : Exception(string.Join(", ", codes))
{
    public IReadOnlyList<string> Codes { get; } = codes;

    public static void ThrowUnless(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new IdentityException([.. result.Errors.Select(e => e.Code)]);
        }
    }
}
