using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances;

public sealed class GatewayServerTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>, IAsyncLifetime
{
    private NumberHarness _numbers = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _numbers = await NumberHarness.StartAsync(sandbox.Address);

    public ValueTask DisposeAsync() => _numbers.DisposeAsync();

    [Fact]
    public async Task Test_of_a_good_server_says_its_version()
    {
        var test = await TestAsync(_numbers.Server, form: null);

        (test.Works, test.Version).ShouldBe((true, "2.3.6"));
    }

    [Theory]
    [InlineData("wrong", null, GatewayVerdict.WrongKey)]
    [InlineData("x", "http://127.0.0.1:1", GatewayVerdict.Unreachable)]
    [InlineData("x", "https://127.0.0.1:1", GatewayVerdict.Unreachable)]
    public async Task Test_says_what_is_wrong(string key, string? address, GatewayVerdict verdict) =>
        (await TestAsync(null, new GatewayServerForm("x", address ?? sandbox.Address.ToString(), key))).Verdict.ShouldBe(verdict);

    [Theory]
    [InlineData("ftp://gateway.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://user:word@127.0.0.1:1")]
    public async Task Test_of_an_address_that_is_none_asks_nobody(string address) =>
        (await Should.ThrowAsync<RuleException>(() => TestAsync(null, new GatewayServerForm("x", address, "x")))).Key.ShouldBe(
            "gateway.address-invalid"
        );

    [Fact]
    public async Task Test_of_a_secure_address_that_speaks_plainly_says_so() =>
        (
            await TestAsync(
                null,
                new GatewayServerForm("x", sandbox.Address.ToString().Replace("http:", "https:", StringComparison.Ordinal), "x")
            )
        ).Verdict.ShouldBe(GatewayVerdict.Tls);

    [Theory]
    [InlineData("2.2.3", GatewayVerdict.TooOld)]
    [InlineData("2.3.6", GatewayVerdict.Fine)]
    [InlineData("2.4.0-rc.6", GatewayVerdict.Fine)]
    [InlineData("3.0.0", GatewayVerdict.TooNew)]
    [InlineData("next", GatewayVerdict.Fine)]
    public void Version_is_judged(string version, GatewayVerdict verdict) =>
        GatewayTest.Of(new GatewayProbe(version, KeyValid: true, Known: true), TimeSpan.FromMilliseconds(20)).Verdict.ShouldBe(verdict);

    [Fact]
    public async Task Change_keeps_the_key_that_is_not_typed_again()
    {
        var id = await _numbers.CreateAsync();
        var row = (await ListAsync()).Single(s => s.Id == _numbers.Server);

        await _numbers.DoAsync<GatewayServerActions>(a =>
            a.ChangeAsync(row.Id, new GatewayServerForm("renamed", row.Address!, Key: null, row.Version), Ct)
        );

        (await ListAsync()).Single(s => s.Id == row.Id).Name.ShouldBe("renamed");
        var connections = _numbers.Provider.GetRequiredService<GatewayConnections>();
        (await connections.OfInstanceAsync(_numbers.Tenant, id, Ct)).ServerKey.ShouldBe(SandboxProcess.Key);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}")]
    [InlineData("http://localhost")]
    [InlineData("https://")]
    public async Task Stored_key_goes_to_no_other_place(string other)
    {
        using var thief = new TcpListener(IPAddress.Loopback, 0);
        thief.Start();
        var here = sandbox.Address.ToString();
        var address = other switch
        {
            "https://" => here.Replace("http://", other, StringComparison.Ordinal),
            "http://localhost" => here.Replace("http://127.0.0.1", other, StringComparison.Ordinal),
            _ => string.Format(CultureInfo.InvariantCulture, other, ((IPEndPoint)thief.LocalEndpoint).Port),
        };
        var row = (await ListAsync()).Single(s => s.Id == _numbers.Server);
        var form = new GatewayServerForm(row.Name, address, Key: null, row.Version);

        (await Should.ThrowAsync<RuleException>(() => TestAsync(row.Id, form))).Key.ShouldBe("gateway.key-missing");
        var change = () => _numbers.DoAsync<GatewayServerActions>(a => a.ChangeAsync(row.Id, form, Ct));
        (await Should.ThrowAsync<RuleException>(change)).Key.ShouldBe("gateway.key-missing");

        thief.Pending().ShouldBeFalse();
        (await ListAsync()).Single(s => s.Id == row.Id).Address.ShouldBe(row.Address);
    }

    [Fact]
    public async Task Server_that_moves_takes_the_typed_key_and_none_of_the_numbers_own()
    {
        var id = await _numbers.CreateAsync();
        var row = (await ListAsync()).Single(s => s.Id == _numbers.Server);

        await _numbers.DoAsync<GatewayServerActions>(a =>
            a.ChangeAsync(row.Id, new GatewayServerForm(row.Name, "http://127.0.0.1:1", "another", row.Version), Ct)
        );

        var at = await _numbers.Provider.GetRequiredService<GatewayConnections>().OfInstanceAsync(_numbers.Tenant, id, Ct);
        (at.Address, at.ServerKey, at.InstanceToken).ShouldBe((new Uri("http://127.0.0.1:1"), "another", null));
    }

    [Fact]
    public async Task Operators_server_is_neither_tested_nor_changed_by_a_tenant()
    {
        await using var services = await TestServices.StartAsync(
            ("GatewayServers:Shared:0:Name", "Operator"),
            ("GatewayServers:Shared:0:Address", sandbox.Address.ToString()),
            ("GatewayServers:Shared:0:Key", SandboxProcess.Key)
        );
        await using var scope = services.Enter(await services.NewTenantAsync());
        var actions = scope.ServiceProvider.GetRequiredService<GatewayServerActions>();
        var shared = (await scope.ServiceProvider.GetRequiredService<GatewayServerQueries>().ListAsync(Ct)).Single(s => s.IsShared);
        foreach (
            var form in new[]
            {
                null,
                new GatewayServerForm("x", "http://127.0.0.1:1", null, shared.Version),
                new("x", "http://127.0.0.1:1", "y", shared.Version),
            }
        )
        {
            var test = () => actions.TestAsync(shared.Id, form, Ct);
            (await Should.ThrowAsync<RuleException>(test)).Key.ShouldBe("gateway.shared-is-the-operators");
            if (form is not null)
            {
                var change = () => actions.ChangeAsync(shared.Id, form, Ct);
                (await Should.ThrowAsync<RuleException>(change)).Key.ShouldBe("gateway.shared-is-the-operators");
            }
        }
    }

    [Fact]
    public async Task Stale_change_is_refused()
    {
        var row = (await ListAsync()).Single(s => s.Id == _numbers.Server);
        Task ChangeAsync(string name) =>
            _numbers.DoAsync<GatewayServerActions>(a =>
                a.ChangeAsync(row.Id, new GatewayServerForm(name, row.Address!, Key: null, row.Version), Ct)
            );
        await ChangeAsync("first");

        (await Should.ThrowAsync<RuleException>(() => ChangeAsync("second"))).Key.ShouldBe("gateway.changed-meanwhile");
    }

    [Fact]
    public async Task Server_in_use_stays_and_one_without_numbers_leaves_the_list()
    {
        var id = await _numbers.CreateAsync();
        var remove = () => _numbers.DoAsync<GatewayServerActions>(a => a.RemoveAsync(_numbers.Server, Ct));

        (await Should.ThrowAsync<RuleException>(remove)).Key.ShouldBe("gateway.in-use");
        await _numbers.DoAsync<InstanceDeletion, GatewayFailure?>(d => d.DeleteAsync(id, Ct));
        await remove();

        (await ListAsync()).ShouldNotContain(s => s.Id == _numbers.Server);
        (await Should.ThrowAsync<RuleException>(() => _numbers.CreateAsync("again"))).Key.ShouldBe("gateway.gone");
    }

    [Fact]
    public async Task Key_is_stored_sealed()
    {
        var stored = await _numbers.ScalarAsync<string>("SELECT encrypted_key FROM gateway_servers WHERE id = $1", _numbers.Server.Value);

        stored!.ShouldNotContain(SandboxProcess.Key);
    }

    [Fact]
    public async Task A_key_of_another_master_key_is_named_and_typing_it_again_revives_the_numbers()
    {
        var id = await _numbers.CreateAsync();
        await _numbers.ScalarAsync<object>(
            "WITH s AS (UPDATE gateway_servers SET encrypted_key = 'AAAA' WHERE id = $1) UPDATE instances SET encrypted_token = 'AAAA' WHERE id = $2",
            _numbers.Server.Value,
            id.Value
        );
        var connections = _numbers.Provider.GetRequiredService<GatewayConnections>();
        connections.Forget(id);
        var row = (await ListAsync()).Single(s => s.Id == _numbers.Server);
        row.KeyIsLost.ShouldBeTrue();
        (
            await Should.ThrowAsync<GatewayException>(async () => await connections.OfInstanceAsync(_numbers.Tenant, id, Ct))
        ).SurelyNotSent.ShouldBeTrue();

        await _numbers.DoAsync<GatewayServerActions>(a =>
            a.ChangeAsync(row.Id, new GatewayServerForm(row.Name, row.Address!, SandboxProcess.Key, row.Version), Ct)
        );

        (await ListAsync()).Single(s => s.Id == _numbers.Server).KeyIsLost.ShouldBeFalse();
        var at = await connections.OfInstanceAsync(_numbers.Tenant, id, Ct);
        (at.ServerKey, at.InstanceToken).ShouldBe((SandboxProcess.Key, null));
        (await _numbers.Provider.GetRequiredService<IWhatsAppGateway>().ProbeAsync(at, Ct)).KeyValid.ShouldBeTrue();
    }

    [Fact]
    public async Task Manager_may_not_touch_servers()
    {
        var add = () =>
            _numbers.DoAsync<GatewayServerActions>(a => a.AddAsync(new GatewayServerForm("x", "http://x", "y"), Ct), Role.Manager);

        (await Should.ThrowAsync<RuleException>(add)).Key.ShouldBe("permission.missing");
    }

    private Task<GatewayTest> TestAsync(GatewayServerId? id, GatewayServerForm? form) =>
        _numbers.DoAsync<GatewayServerActions, GatewayTest>(a => a.TestAsync(id, form, Ct));

    private Task<IReadOnlyList<GatewayServerRow>> ListAsync() =>
        _numbers.DoAsync<GatewayServerQueries, IReadOnlyList<GatewayServerRow>>(q => q.ListAsync(Ct));
}
