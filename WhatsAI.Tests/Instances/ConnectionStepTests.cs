using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances;

/// <summary>Recorded sequences of webhooks, each in a batch of its own, in every order that matters.</summary>
public sealed class ConnectionStepTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 0, 15, 0, TimeSpan.Zero);
    private NumberHarness _numbers = null!;

    public async ValueTask InitializeAsync() => _numbers = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));

    public ValueTask DisposeAsync() => _numbers.DisposeAsync();

    [Theory]
    [InlineData("close-401", InstanceState.LoggedOut, "closed.401")]
    [InlineData("close-403", InstanceState.Banned, "closed.403")]
    [InlineData("close-406", InstanceState.Banned, "closed.406")]
    [InlineData("close-402", InstanceState.Restricted, "closed.402.104")]
    public async Task Recorded_close_is_one_line_in_any_order(string sequence, InstanceState state, string line)
    {
        var events = Sequence(sequence).Where(ConnectionStepAbout).ToList();
        foreach (var order in Orders(events))
        {
            var id = await OpenAsync($"{sequence} {Guid.NewGuid():N}");

            foreach (var e in order)
            {
                await _numbers.ApplyAsync(id, Now, e);
            }

            (await _numbers.FactsAsync(id)).State.ShouldBe(state);
            (await _numbers.LogAsync(id)).ShouldBe(["created", "connected", line]);
        }
    }

    [Theory]
    [InlineData("close-408")]
    [InlineData("close-428")]
    [InlineData("close-440")]
    [InlineData("close-500")]
    [InlineData("close-503")]
    [InlineData("close-515")]
    public async Task Recorded_silent_reconnect_ends_open(string sequence)
    {
        var id = await OpenAsync(sequence);

        await _numbers.ApplyAsync(id, Now, [.. Sequence(sequence)]);

        (await _numbers.FactsAsync(id)).State.ShouldBe(InstanceState.Open);
    }

    [Fact]
    public async Task Recorded_qr_limit_ends_the_run()
    {
        var id = await _numbers.CreateAsync("qr");
        await _numbers.ApplyAsync(id, Now, new QrUpdated("2@a", null, null));

        await _numbers.ApplyAsync(id, Now, [.. Sequence("qr-limit")]);

        var facts = await _numbers.FactsAsync(id);
        (facts.State, facts.CloseCode, facts.GaveUp).ShouldBe((InstanceState.Disconnected, 428, true));
    }

    [Fact]
    public async Task Events_that_change_nothing_publish_and_write_nothing()
    {
        var id = await _numbers.CreateAsync("flap");
        var connecting = new ConnectionChanged(LinkState.Connecting, 200, null, null, null);
        var first = await _numbers.ApplyAsync(id, Now, connecting);

        var second = await _numbers.ApplyAsync(id, Now, [.. Enumerable.Repeat(connecting, 1_000)]);

        first.ShouldHaveSingleItem().ShouldBe(new InstanceChanged(_numbers.Tenant, id));
        second.ShouldBeEmpty();
        (await _numbers.LogAsync(id)).ShouldBe(["created", "connecting"]);
    }

    [Fact]
    public async Task Two_servers_that_fight_for_a_session_do_not_fill_the_log()
    {
        var id = await OpenAsync("fight");

        for (var i = 0; i < 100; i++)
        {
            var at = Now.AddSeconds(i);
            await _numbers.ApplyAsync(id, at, new ConnectionChanged(LinkState.Connecting, 200, null, null, null));
            await _numbers.ApplyAsync(id, at, Open());
        }

        var log = await _numbers.LogAsync(id);
        log.Count.ShouldBeLessThan(12);
        log.ShouldContain(ConnectionFlaps.What);
    }

    [Fact]
    public async Task Open_after_a_close_makes_a_probe_due_and_is_not_believed()
    {
        var id = await OpenAsync("zombie");
        await _numbers.ApplyAsync(id, Now, new ConnectionChanged(LinkState.Closed, 403, null, null, null));

        await _numbers.ApplyAsync(id, Now.AddSeconds(1), Open());

        (await _numbers.FactsAsync(id)).State.ShouldBe(InstanceState.Banned);
        (
            await _numbers.ScalarAsync<bool>("SELECT due_at IS NOT NULL FROM work_list WHERE kind = 'Probe' AND instance_id = $1", id.Value)
        ).ShouldBeTrue();
    }

    private async Task<InstanceId> OpenAsync(string name)
    {
        var id = await _numbers.CreateAsync(name[..Math.Min(name.Length, 60)]);
        await _numbers.ApplyAsync(id, Now.AddHours(-1), Open());
        return id;
    }

    private static ConnectionChanged Open() => new(LinkState.Open, 200, Jid.Parse("5511988880003@s.whatsapp.net"), "Loja", null);

    private static bool ConnectionStepAbout(GatewayEvent e) => WhatsAI.Infrastructure.Instances.ConnectionStep.IsAboutTheLink(e);

    private static IEnumerable<GatewayEvent> Sequence(string name) =>
        Payload.Events($"sequences/{name}.json").SelectMany(body => ((Translation.Readable)EvolutionTranslator.Translate(body)).Events);

    private static IEnumerable<List<GatewayEvent>> Orders(List<GatewayEvent> events) =>
        events.Count <= 1
            ? [events]
            : events.SelectMany((e, i) => Orders([.. events.Where((_, j) => j != i)]).Select(rest => new List<GatewayEvent>([e, .. rest])));
}
