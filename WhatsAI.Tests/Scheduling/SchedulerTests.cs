using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Scheduling;

/// <summary>Quartz in a running console: where it keeps what it knows, and that it wakes.</summary>
public sealed class SchedulerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scheduler_keeps_its_tables_to_itself_and_wakes_again_and_again()
    {
        await using var console = await ConsoleApp.StartAsync(("Later:EverySeconds", "1"));
        var database = console.Services.GetRequiredService<NpgsqlDataSource>();

        (
            await ListAsync(
                database,
                "SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_schema !~ '^(pg_|information_schema)'"
            )
        )
            .Except(TenantWall.OutsideSchemas.Keys)
            .ShouldBe(["public"]);
        (
            await ListAsync(
                database,
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name ~ '^qrtz'"
            )
        ).ShouldBeEmpty();
        (
            await ListAsync(
                database,
                "SELECT table_name FROM information_schema.columns WHERE table_schema = 'quartz' AND column_name = 'tenant_id'"
            )
        ).ShouldBeEmpty();
        await Wait.UntilAsync(async () => await FiredAsync(database) is { Length: > 0 }, "the trigger is stored", 30);
        var first = await FiredAsync(database);
        await Wait.UntilAsync(async () => await FiredAsync(database) != first, "it fires again and again", 30);
    }

    private static async Task<string> FiredAsync(NpgsqlDataSource database) =>
        string.Join(',', await ListAsync(database, "SELECT next_fire_time::text FROM quartz.qrtz_triggers WHERE trigger_name = 'later'"));

    private static async Task<List<string>> ListAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var list = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            list.Add(reader.GetString(0));
        }

        return list;
    }
}
