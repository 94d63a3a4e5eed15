using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Tests.Instances;

namespace WhatsAI.Tests.Messaging.Gaps;

/// <summary>Which changes of a number's link make its messages be asked for, and from when.</summary>
public sealed class GapOpeningTests : IAsyncLifetime
{
    private static readonly ConnectionChanged _opened = new(LinkState.Open, 200, Jid.Parse("5511988880003@s.whatsapp.net"), "Loja", null);
    private static readonly ConnectionChanged _connecting = new(LinkState.Connecting, 200, null, null, null);
    private static readonly ConnectionChanged _closed = new(LinkState.Closed, 428, null, null, null);
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private NumberHarness _numbers = null!;

    public async ValueTask InitializeAsync() => _numbers = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));

    public ValueTask DisposeAsync() => _numbers.DisposeAsync();

    [Fact]
    public async Task First_link_is_no_gap()
    {
        var id = await _numbers.CreateAsync("primeiro");

        await _numbers.ApplyAsync(id, _now, _opened);

        (await GapsAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task Number_without_a_session_waits_and_is_asked_about_from_when_it_left()
    {
        var id = await LinkedAsync("volta");

        await _numbers.ApplyAsync(id, _now.AddMinutes(-30), _closed);
        (await GapsAsync(id)).ShouldBe("Reconnected Waiting");
        await _numbers.ApplyAsync(id, _now.AddMinutes(-10), _connecting);
        await _numbers.ApplyAsync(id, _now, _opened);

        (await GapsAsync(id)).ShouldBe("Reconnected Open");
        (await StartsAtAsync(id)).ShouldBe(_now.AddMinutes(-32), TimeSpan.FromSeconds(1));
        var due = await _numbers.ScalarAsync<TimeSpan>(
            "SELECT due_at - now() FROM work_list WHERE instance_id = $1 AND kind = $2",
            id.Value,
            nameof(WorkKind.Gap)
        );
        due.ShouldBe(GapRules.AfterReconnect, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Short_loss_whose_ends_come_together_is_a_gap_too()
    {
        var id = await LinkedAsync("piscou");

        await _numbers.ApplyAsync(id, _now, _connecting, _opened);

        (await GapsAsync(id)).ShouldBe("Reconnected Open");
    }

    [Fact]
    public async Task Last_message_before_the_loss_is_where_it_begins()
    {
        var id = await LinkedAsync("quieto");
        await _numbers.ScalarAsync<object>(
            "UPDATE instance_statuses SET last_inbound_at = $2 WHERE instance_id = $1",
            id.Value,
            _now.AddHours(-5).ToUniversalTime()
        );

        await _numbers.ApplyAsync(id, _now.AddMinutes(-30), _closed);
        await _numbers.ApplyAsync(id, _now, _opened);

        (await StartsAtAsync(id)).ShouldBe(_now.AddHours(-5).AddMinutes(-2), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Reconnects_without_end_are_one_gap_until_it_is_asked_about()
    {
        var id = await LinkedAsync("sem fim");

        for (var i = 0; i < 5; i++)
        {
            await _numbers.ApplyAsync(id, _now.AddSeconds(i * 20), _connecting);
            await _numbers.ApplyAsync(id, _now.AddSeconds((i * 20) + 10), _opened);
        }

        (await GapsAsync(id)).ShouldBe("Reconnected Open");
        (await StartsAtAsync(id)).ShouldBe(_now.AddMinutes(-2), TimeSpan.FromSeconds(1));
    }

    private async Task<InstanceId> LinkedAsync(string name)
    {
        var id = await _numbers.CreateAsync(name);
        await _numbers.ApplyAsync(id, _now.AddHours(-1), _opened);
        return id;
    }

    private Task<string?> GapsAsync(InstanceId id) =>
        _numbers.ScalarAsync<string>("SELECT string_agg(cause || ' ' || state, ', ') FROM gaps WHERE instance_id = $1", id.Value);

    private async Task<DateTimeOffset> StartsAtAsync(InstanceId id) =>
        new(await _numbers.ScalarAsync<DateTime>("SELECT starts_at FROM gaps WHERE instance_id = $1", id.Value), TimeSpan.Zero);
}
