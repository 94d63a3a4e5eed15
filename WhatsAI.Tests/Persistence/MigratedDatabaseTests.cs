using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Persistence;

public sealed class MigratedDatabaseTests
{
    [Fact]
    public async Task App_role_owns_nothing_after_the_migrations() =>
        await AppRoleCheck.EnsureAsync(
            await TestDatabase.AppAsync(),
            await TestDatabase.OwnerAsync(),
            TestContext.Current.CancellationToken
        );
}
