using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances;

/// <summary>What the probe finds is believed above webhooks, and a dead server is asked by one number for all.</summary>
public sealed class InstanceProbeTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>, IAsyncLifetime
{
    private NumberHarness _numbers = null!;
    private InstanceProbe _probe = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _numbers = await NumberHarness.StartAsync(sandbox.Address);
        _probe = _numbers.Provider.GetRequiredService<InstanceProbe>();
        await _probe.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _probe.StopAsync(CancellationToken.None);
        await _numbers.DisposeAsync();
    }

    [Fact]
    public async Task Number_that_the_gateway_sees_open_turns_open()
    {
        var id = await LinkedAsync();

        await DueAsync(id);

        await Wait.UntilAsync(async () => (await _numbers.FactsAsync(id)).State == InstanceState.Open, "open");
        await Wait.UntilAsync(async () => await NextProbeAsync(id) is > 40 and < 70, "asked again in about a minute");
        (await _numbers.RowAsync(id)).Facts.GatewaySeenAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Number_that_the_gateway_has_no_session_for_is_disconnected()
    {
        var id = await LinkedAsync();
        await _numbers.ApplyAsync(id, DateTimeOffset.UtcNow, Open());
        await sandbox.Control.CloseAsync(id.Value.ToString(), 401);

        await DueAsync(id);

        await Wait.UntilAsync(async () => (await _numbers.FactsAsync(id)).State == InstanceState.Disconnected, "disconnected");
        (await _numbers.LogAsync(id)).ShouldContain("proven-closed");
    }

    [Fact]
    public async Task Number_the_gateway_does_not_know_says_so()
    {
        var id = await _numbers.CreateAsync();
        await _numbers.ApplyAsync(id, DateTimeOffset.UtcNow, Open());

        await DueAsync(id);

        await Wait.UntilAsync(async () => (await _numbers.RowAsync(id)).Facts.GatewayFailure == "UnknownInstance", "unknown there");
        InstanceSentence.Of((await _numbers.RowAsync(id)).Facts, DateTimeOffset.UtcNow).Remedy.ShouldBe(InstanceRemedy.Scan);
    }

    [Fact]
    public async Task Numbers_of_a_dead_server_share_one_answer()
    {
        await using var dead = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));
        var ids = new List<InstanceId>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await dead.CreateAsync($"n{i}"));
        }

        foreach (var id in ids)
        {
            await dead.ScalarAsync<object>("UPDATE work_list SET due_at = now() WHERE kind = 'Probe' AND instance_id = $1", id.Value);
        }

        foreach (var id in ids)
        {
            await Wait.UntilAsync(async () => (await dead.RowAsync(id)).Facts.GatewayFailure == "Unreachable", "unreachable");
        }
    }

    private static ConnectionChanged Open() => new(LinkState.Open, 200, Jid.Parse("5511988880003@s.whatsapp.net"), "Loja", null);

    private async Task<InstanceId> LinkedAsync()
    {
        var id = await _numbers.CreateAsync($"n {Guid.NewGuid():N}");
        await _numbers.DoAsync<PairingActions>(p => p.StartAsync(id, pairWith: null, Ct));
        await sandbox.Control.ScanAsync(id.Value.ToString());
        await Wait.UntilAsync(
            async () => (await sandbox.Control.InstanceAsync(id.Value.ToString())).GetProperty("state").GetString() == "open",
            "open at the sandbox"
        );
        return id;
    }

    private Task DueAsync(InstanceId id) =>
        _numbers.ScalarAsync<object>("UPDATE work_list SET due_at = now() WHERE kind = 'Probe' AND instance_id = $1", id.Value);

    private async Task<double> NextProbeAsync(InstanceId id) =>
        await _numbers.ScalarAsync<double>(
            "SELECT extract(epoch FROM due_at - now())::float8 FROM work_list WHERE kind = 'Probe' AND instance_id = $1",
            id.Value
        );
}
