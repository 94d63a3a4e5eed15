using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Tenancy;

public sealed class MigrationTests
{
    [Fact]
    public void Model_and_migrations_agree()
    {
        using var db = new ConsoleDb(new DbContextOptionsBuilder<ConsoleDb>().UseNpgsql("Host=/nowhere").Options, new CurrentTenant());

        db.Database.HasPendingModelChanges().ShouldBeFalse("add a migration");
    }

    [Fact]
    public void Every_tenant_owned_entity_is_filtered()
    {
        using var db = new ConsoleDb(new DbContextOptionsBuilder<ConsoleDb>().UseNpgsql("Host=/nowhere").Options, new CurrentTenant());

        db.Model.GetEntityTypes()
            .Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType))
            .Where(e => e.FindDeclaredQueryFilter(ConsoleDb.TenantFilter) is null)
            .Select(e => e.ClrType.Name)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_copies_may_migrate_at_once()
    {
        var owner = await TestDatabase.OwnerAsync();
        var ct = TestContext.Current.CancellationToken;

        await Task.WhenAll(
            Migrator.MigrateAsync(owner, "console_app", ct),
            Migrator.MigrateAsync(owner, "console_app", ct),
            Migrator.MigrateAsync(owner, "console_app", ct)
        );

        await using var connection = await (await TestDatabase.SourceAsync()).OpenConnectionAsync(ct);
        (await MigrationState.IsCurrentAsync(connection, ct)).ShouldBeTrue();
    }
}
