using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Tests.Common;

internal static class CheapPasswords
{
    /// <summary>
    /// What keeps thieves of hashes busy costs a test a twelfth of a second of a core for each user it makes and each password it tries: in a hundredth of the
    /// rounds every hash and every check is made as often as before.
    /// </summary>
    public static void HashCheaply(this IServiceCollection services) =>
        services.Configure<PasswordHasherOptions>(options => options.IterationCount /= 100);
}
