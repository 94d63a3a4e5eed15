using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Tests.Hosting;

public sealed class ReadinessTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_that_takes_a_question_and_does_not_answer_is_not_there()
    {
        await using var database = NpgsqlDataSource.Create(await TestDatabase.AppAsync());
        using var dispatcher = new Dispatcher(
            null!,
            null!,
            new WorkTools(new WorkList(database), new WorkSignal(), TimeProvider.System),
            NullLogger<Dispatcher>.Instance
        );
        using var relay = new EventRelay(new EventHub(), database, TimeProvider.System, NullLogger<EventRelay>.Instance);
        var readiness = new Readiness(database, relay, dispatcher);
        // A connection that is open already says yes to whoever asks for one.
        (await readiness.ReadAsync(Ct)).ShouldBe(new ReadinessState(Database: true, Migrations: true, Listener: false, Dispatcher: true));
        await using var owner = new NpgsqlConnection(await TestDatabase.OwnerAsync());
        await owner.OpenAsync(Ct);
        await using var hold = await owner.BeginTransactionAsync(Ct);
        await using (var command = owner.Sql($"LOCK TABLE {Migrator.HistoryTable}"))
        {
            await command.ExecuteNonQueryAsync(Ct);
        }

        var held = await readiness.ReadAsync(Ct);

        held.ShouldBe(new ReadinessState(Database: false, Migrations: false, Listener: false, Dispatcher: true));
    }
}
