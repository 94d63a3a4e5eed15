using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Standbys;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances.Standbys;

/// <summary>A number with two gateway servers, each a process of its own; the one is killed for real.</summary>
public sealed class StandbyTests : IAsyncLifetime
{
    private readonly SandboxProcess _main = new();
    private readonly SandboxProcess _second = new();
    private NumberHarness _numbers = null!;
    private GatewayServerId _standby;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(_main.InitializeAsync().AsTask(), _second.InitializeAsync().AsTask());
        _numbers = await NumberHarness.StartAsync(_main.Address);
        _standby = await _numbers.DoAsync<GatewayServerActions, GatewayServerId>(s =>
            s.AddAsync(new GatewayServerForm("evolution-2", _second.Address.ToString(), SandboxProcess.Key), Ct)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _numbers.DisposeAsync();
        await _main.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Number_goes_to_its_standby_when_its_server_is_killed_and_waits_there_for_a_scan()
    {
        var id = await LinkedAsync(after: 3);
        await ProbeAsync(id);
        await _main.DisposeAsync();

        await ProbeAsync(id);
        // Those of one minute count once.
        await ProbeAsync(id);
        await FailAsync(id);

        (await ViewAsync(id)).State!.FailedProbes.ShouldBe(2);
        (await ViewAsync(id)).State!.IsAway.ShouldBeFalse();
        await FailAsync(id);

        var view = await ViewAsync(id);
        (view.At.Id, view.State!.IsAway, view.State.MovedByItself, view.State.WaitsForScan).ShouldBe((_standby, true, true, true));
        (await _numbers.LogAsync(id)).ShouldContain("standby-auto");
        var sentence = InstanceSentence.Of((await _numbers.RowAsync(id)).Facts, DateTimeOffset.UtcNow);
        (sentence.Key, sentence.Remedy).ShouldBe(("moved", InstanceRemedy.Scan));
        // Made there already, and without a code that nobody looks at.
        (await _second.Control.InstanceAsync(id.ToString()))
            .GetProperty("state")
            .GetString()
            .ShouldBe("close");
        (await RoutesAsync(id)).ShouldBe(["evolution-1 dropped", "evolution-2"]);

        await ScanAsync(_second, id);
        await ProbeAsync(id);
        (await _numbers.FactsAsync(id)).State.ShouldBe(InstanceState.Open);
        (await ViewAsync(id)).State!.WaitsForScan.ShouldBeFalse();
    }

    [Fact]
    public async Task Number_stays_where_it_is_while_neither_server_answers()
    {
        var id = await LinkedAsync(after: 3);
        await _main.DisposeAsync();
        await _second.DisposeAsync();

        for (var probe = 0; probe < 5; probe++)
        {
            await FailAsync(id);
        }

        var view = await ViewAsync(id);
        (view.At.Id, view.State!.IsAway, view.State.FailedProbes).ShouldBe((_numbers.Server, false, 5));
        (await _numbers.FactsAsync(id)).State.ShouldBe(InstanceState.Open);
    }

    [Fact]
    public async Task Session_that_is_back_before_anybody_scanned_is_returned_to_and_nobody_need_scan()
    {
        var id = await LinkedAsync(after: 3);
        await AddressAsync("http://127.0.0.1:1");
        for (var probe = 0; probe < 3; probe++)
        {
            await FailAsync(id);
        }

        (await ViewAsync(id)).State!.IsAway.ShouldBeTrue();
        await AddressAsync(_main.Address.ToString().TrimEnd('/'));
        await ProbeAsync(id);

        var view = await ViewAsync(id);
        (view.At.Id, view.State!.IsAway, view.State.WaitsForScan).ShouldBe((_numbers.Server, false, false));
        (await _numbers.FactsAsync(id)).State.ShouldBe(InstanceState.Open);
        (await _numbers.LogAsync(id)).ShouldContain("standby-returned");
        (await RoutesAsync(id)).ShouldBe(["evolution-1", "evolution-2 dropped"]);
        // What was made at the second server is not left there.
        await ProbeAsync(id);
        (await ViewAsync(id)).State!.HasOldSession.ShouldBeFalse();
    }

    [Fact]
    public async Task Person_moves_it_once_however_often_he_clicks_and_the_old_session_ends_when_it_is_linked()
    {
        var id = await LinkedAsync(after: null);

        var moved = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => MoveAsync(id)));
        await ProbeAsync(id);

        moved.Order().ShouldBe([false, true]);
        var state = (await ViewAsync(id)).State!;
        state.WaitsForScan.ShouldBeTrue();
        state.HasOldSession.ShouldBeTrue("a person meant it: it does not return by itself");
        await ScanAsync(_second, id);
        await ProbeAsync(id);
        await ProbeAsync(id);
        (await ViewAsync(id)).State!.HasOldSession.ShouldBeFalse();
        (await _numbers.LogAsync(id)).ShouldContain("standby-removed");
        (await _main.Control.InstanceAsync(id.ToString())).GetProperty("state").GetString().ShouldBe("close");
    }

    [Fact]
    public async Task Standby_that_cannot_take_it_is_told_and_nothing_changes()
    {
        var id = await LinkedAsync(after: null);
        await _second.DisposeAsync();

        (await Should.ThrowAsync<RuleException>(() => MoveAsync(id))).Key.ShouldBe("gateway.unreachable");

        var view = await ViewAsync(id);
        (view.At.Id, view.State!.IsAway).ShouldBe((_numbers.Server, false));
        (await _numbers.FactsAsync(id)).State.ShouldBe(InstanceState.Open);
    }

    [Fact]
    public async Task All_numbers_of_a_server_go_to_their_second_one_by_one_click_but_those_that_whatsapp_refuses()
    {
        InstanceId[] all = [await LinkedAsync(after: null), await LinkedAsync(after: 3), await LinkedAsync(after: null)];
        var banned = await LinkedAsync(after: 3);
        await _numbers.ApplyAsync(banned, DateTimeOffset.UtcNow, new ConnectionChanged(LinkState.Closed, 403, null, null, null));
        var alone = await _numbers.CreateAsync("sem reserva");
        await _main.DisposeAsync();

        var twice = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => MoveAllAsync()));

        (twice.Sum(t => t.Moved), twice.Sum(t => t.Refused)).ShouldBe((3, 0));
        foreach (var id in all)
        {
            (await ViewAsync(id)).At.Id.ShouldBe(_standby);
        }

        (await ViewAsync(banned)).At.Id.ShouldBe(_numbers.Server);
        (await ViewAsync(alone)).At.Id.ShouldBe(_numbers.Server);
        for (var probe = 0; probe < 4; probe++)
        {
            await FailAsync(banned);
        }

        (await ViewAsync(banned)).State!.IsAway.ShouldBeFalse("nor does it go by itself");
        await MoveAsync(banned);
        (await _numbers.FactsAsync(banned)).State.ShouldBe(InstanceState.Banned, "moving it is no pardon");
    }

    [Fact]
    public async Task Second_server_that_does_not_answer_is_asked_once_for_all_and_an_agent_moves_none()
    {
        InstanceId[] all = [await LinkedAsync(after: null), await LinkedAsync(after: null), await LinkedAsync(after: null)];
        await _second.DisposeAsync();

        var moved = await MoveAllAsync();

        (moved.Moved, moved.Refused, moved.Why?.Key).ShouldBe((0, 3, "gateway.unreachable"));
        foreach (var id in all)
        {
            (await ViewAsync(id)).At.Id.ShouldBe(_numbers.Server);
        }

        (await RefusedAsync<StandbyActions>(s => s.MoveAllAsync(_numbers.Server, Ct), Role.Agent)).ShouldBe("permission.missing");
    }

    [Fact]
    public async Task Second_server_is_chosen_for_all_numbers_of_a_server_but_not_for_one_that_is_away()
    {
        var (away, other, fresh) = (await LinkedAsync(after: null), await LinkedAsync(after: 7), await _numbers.CreateAsync("sem reserva"));
        await _numbers.ScalarAsync<object>("UPDATE standbys SET has_old_session = true WHERE instance_id = $1", away.Value);
        (await ViewAsync(fresh)).Beside.ShouldBe(2);

        (await _numbers.DoAsync<StandbyActions, int>(s => s.ChooseAllAsync(_numbers.Server, _standby, 5, Ct))).ShouldBe(2);

        (await ViewAsync(away)).State!.After.ShouldBeNull();
        foreach (var id in new[] { other, fresh })
        {
            var view = await ViewAsync(id);
            (view.Other?.Id, view.State?.After).ShouldBe((_standby, 5));
            (await _numbers.LogAsync(id)).ShouldContain("standby-chosen");
        }

        (await RefusedAsync<StandbyActions>(s => s.ChooseAllAsync(_numbers.Server, _numbers.Server, null, Ct))).ShouldBe(
            "standby.same-server"
        );
        (await RefusedAsync<StandbyActions>(s => s.ChooseAllAsync(_numbers.Server, _standby, 2, Ct))).ShouldBe("standby.probes-invalid");
        (await RefusedAsync<StandbyActions>(s => s.ChooseAllAsync(_numbers.Server, _standby, null, Ct), Role.Agent)).ShouldBe(
            "permission.missing"
        );
    }

    [Fact]
    public async Task Server_that_is_somebodys_standby_is_not_removed_and_an_agent_decides_nothing()
    {
        var id = await LinkedAsync(after: null);

        (await RefusedAsync<GatewayServerActions>(s => s.RemoveAsync(_standby, Ct))).ShouldBe("gateway.in-use");
        (await RefusedAsync<StandbyActions>(s => s.ChooseAsync(id, _standby, null, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync<StandbyActions>(s => s.MoveAsync(id, _numbers.Server, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync<StandbyActions>(s => s.ChooseAsync(id, _numbers.Server, null, Ct))).ShouldBe("standby.same-server");
        await _numbers.DoAsync<StandbyActions>(s => s.RemoveAsync(id, Ct));
        (await ViewAsync(id)).Other.ShouldBeNull();
        await _numbers.DoAsync<GatewayServerActions>(s => s.RemoveAsync(_standby, Ct));
    }

    private async Task<string> RefusedAsync<TActions>(Func<TActions, Task> act, Role role = Role.Owner)
        where TActions : notnull => (await Should.ThrowAsync<RuleException>(() => _numbers.DoAsync(act, role))).Key;

    private async Task<InstanceId> LinkedAsync(int? after)
    {
        var id = await _numbers.CreateAsync($"n {Guid.NewGuid():N}");
        await _numbers.DoAsync<PairingActions>(p => p.StartAsync(id, pairWith: null, Ct));
        await ScanAsync(_main, id);
        await _numbers.ApplyAsync(
            id,
            DateTimeOffset.UtcNow.AddMinutes(-5),
            new ConnectionChanged(LinkState.Open, 200, Jid.Parse("5511988880003@s.whatsapp.net"), "Loja", null)
        );
        await _numbers.DoAsync<StandbyActions>(s => s.ChooseAsync(id, _standby, after, Ct));
        return id;
    }

    private async Task ScanAsync(SandboxProcess at, InstanceId id)
    {
        if (at == _second)
        {
            await _numbers.DoAsync<PairingActions>(p => p.StartAsync(id, pairWith: null, Ct));
        }

        await at.Control.ScanAsync(id.ToString());
        await Wait.UntilAsync(
            async () => (await at.Control.InstanceAsync(id.ToString())).GetProperty("state").GetString() == "open",
            "open there"
        );
    }

    /// <summary>A probe as if the last were a minute ago.</summary>
    private async Task FailAsync(InstanceId id)
    {
        await _numbers.ScalarAsync<object>(
            "UPDATE standbys SET failed_at = failed_at - interval '1 minute' WHERE instance_id = $1",
            id.Value
        );
        await ProbeAsync(id);
    }

    private Task ProbeAsync(InstanceId id) =>
        _numbers
            .Provider.GetRequiredService<InstanceProbe>()
            .ProbeAsync(new WorkClaim(WorkKind.Probe, _numbers.Tenant, id, Epoch: 0, DateTimeOffset.MaxValue), Ct);

    private Task<MovedNumbers> MoveAllAsync() => _numbers.DoAsync<StandbyActions, MovedNumbers>(s => s.MoveAllAsync(_numbers.Server, Ct));

    private Task<bool> MoveAsync(InstanceId id) => _numbers.DoAsync<StandbyActions, bool>(s => s.MoveAsync(id, _numbers.Server, Ct));

    private async Task<StandbyView> ViewAsync(InstanceId id) =>
        (await _numbers.DoAsync<StandbyQueries, StandbyView?>(q => q.ViewAsync(id, Ct))).ShouldNotBeNull();

    /// <summary>Where the main server is reached: somewhere else, it is not there, and what it knows is still in it.</summary>
    private Task AddressAsync(string address) =>
        _numbers.ScalarAsync<object>("UPDATE gateway_servers SET address = $2 WHERE id = $1", _numbers.Server.Value, address);

    /// <summary>The servers the number's webhooks belong to, and whether what they post is dropped.</summary>
    private async Task<string[]?> RoutesAsync(InstanceId id) =>
        await _numbers.ScalarAsync<string[]>(
            """
            SELECT array_agg(DISTINCT g.name || CASE WHEN r.deleted_at IS NULL THEN '' ELSE ' dropped' END)
            FROM webhook_routes r JOIN gateway_servers g ON g.id = r.server_id WHERE r.instance_id = $1
            """,
            id.Value
        );
}
