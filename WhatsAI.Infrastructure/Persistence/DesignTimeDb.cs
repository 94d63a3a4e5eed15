using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>For <c>dotnet ef migrations add</c>, which reads the model and needs no database.</summary>
internal sealed class DesignTimeDb : IDesignTimeDbContextFactory<ConsoleDb>
{
    public ConsoleDb CreateDbContext(string[] args) =>
        new(
            new DbContextOptionsBuilder<ConsoleDb>()
                .UseNpgsql("Host=/nowhere;Database=console", o => o.MigrationsHistoryTable(Migrator.HistoryTable))
                .Options,
            new CurrentTenant()
        );
}
