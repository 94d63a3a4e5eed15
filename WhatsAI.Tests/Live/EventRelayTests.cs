using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Live;

public sealed class EventRelayTests
{
    [Fact]
    public async Task What_one_copy_publishes_another_hears_and_does_not_send_back()
    {
        await using var first = await Copy.StartAsync();
        await using var second = await Copy.StartAsync();
        var tenant = Id.New<TenantId>(DateTimeOffset.UtcNow);
        var heard = new List<ConsoleEvent>();
        using var mine = first.Hub.Subscribe(tenant, Counting(heard));
        using var theirs = second.Hub.Subscribe(tenant, _ => true);
        var said = new ConversationChanged(tenant, Id.New<ConversationId>(DateTimeOffset.UtcNow));

        first.Hub.Publish(said);

        (await NextAsync(theirs)).ShouldContain(said);
        // A second one, heard elsewhere, proves that the first was not sent back in between.
        first.Hub.Publish(said with { ConversationId = Id.New<ConversationId>(DateTimeOffset.UtcNow) });
        await NextAsync(theirs);
        heard.Count(e => e == said).ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_connection_is_made_again_and_everybody_reads_again()
    {
        await using var copy = await Copy.StartAsync();
        var tenant = Id.New<TenantId>(DateTimeOffset.UtcNow);
        using var feed = copy.Hub.Subscribe(tenant, _ => false);

        await copy.KillConnectionAsync();

        (await NextAsync(feed)).ShouldBe([new EverythingChanged(tenant)]);
        await Wait.UntilAsync(() => copy.Relay.IsListening, "listening again");
    }

    [Fact]
    public async Task When_a_notice_fails_the_other_copies_read_again()
    {
        var time = new ManualTime();
        await using var first = await Copy.StartAsync(time);
        await using var second = await Copy.StartAsync();
        var tenant = Id.New<TenantId>(DateTimeOffset.UtcNow);
        using var theirs = second.Hub.Subscribe(tenant, _ => true);

        // What it gathers for a moment is in its hands when the connection is no more.
        first.Hub.Publish(new ConversationChanged(tenant, Id.New<ConversationId>(DateTimeOffset.UtcNow)));
        await Wait.UntilAsync(() => time.Waiting > 0, "the first copy gathers");
        await first.KillConnectionAsync();
        time.Advance(TimeSpan.FromMilliseconds(30));
        await Wait.UntilAsync(() => !first.Relay.IsListening && time.Waiting > 0, "the first copy waits to connect again");
        time.Advance(TimeSpan.FromSeconds(1));

        (await NextAsync(theirs)).ShouldBe([new EverythingChanged(tenant)]);
    }

    [Fact]
    public async Task What_overflows_on_its_way_makes_the_other_copies_read_again()
    {
        var time = new ManualTime();
        await using var first = await Copy.StartAsync(time);
        await using var second = await Copy.StartAsync();
        var (tenant, other) = (Id.New<TenantId>(DateTimeOffset.UtcNow), Id.New<TenantId>(DateTimeOffset.UtcNow));
        using var theirs = second.Hub.Subscribe(tenant, _ => true);
        var conversation = Id.New<ConversationId>(DateTimeOffset.UtcNow);

        first.Hub.Publish(new ConversationChanged(other, conversation));
        await Wait.UntilAsync(() => time.Waiting > 0, "the first copy gathers");
        // Full to the last place by one company; then another's, which finds none.
        for (var i = 0; i < 20_000; i++)
        {
            first.Hub.Publish(new ConversationChanged(other, conversation));
        }

        first.Hub.Publish(new ConversationChanged(tenant, conversation));
        time.Advance(TimeSpan.FromMilliseconds(30));

        (await NextAsync(theirs)).ShouldBe([new EverythingChanged(tenant)]);
    }

    private static Func<ConsoleEvent, bool> Counting(List<ConsoleEvent> heard) =>
        e =>
        {
            lock (heard)
            {
                heard.Add(e);
            }

            return true;
        };

    private static async Task<IReadOnlyList<ConsoleEvent>> NextAsync(EventFeed feed)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        await foreach (var batch in feed.BatchesAsync(TimeSpan.Zero, limit.Token))
        {
            return batch;
        }

        return [];
    }

    private sealed class Copy : IAsyncDisposable
    {
        private readonly NpgsqlDataSource _source;

        private Copy(NpgsqlDataSource source, TimeProvider time)
        {
            _source = source;
            Relay = new EventRelay(Hub, source, time, NullLogger<EventRelay>.Instance);
        }

        public EventHub Hub { get; } = new();

        public EventRelay Relay { get; }

        public static async Task<Copy> StartAsync(TimeProvider? time = null)
        {
            var name = "copy-" + Guid.NewGuid().ToString("N");
            var address = new NpgsqlConnectionStringBuilder(await TestDatabase.AppAsync()) { ApplicationName = name };
            var copy = new Copy(NpgsqlDataSource.Create(address), time ?? TimeProvider.System);
            await copy.Relay.StartAsync(CancellationToken.None);
            await Wait.UntilAsync(() => copy.Relay.IsListening, "listening");
            return copy;
        }

        public async Task KillConnectionAsync()
        {
            var name = new NpgsqlConnectionStringBuilder(_source.ConnectionString).ApplicationName!;
            await using var owner = NpgsqlDataSource.Create(await TestDatabase.AppAsync());
            await using var kill = owner.CreateCommand(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1"
            );
            kill.Parameters.Add(new NpgsqlParameter { Value = name });
            await kill.ExecuteNonQueryAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Relay.StopAsync(CancellationToken.None);
            Relay.Dispose();
            await _source.DisposeAsync();
        }
    }
}
