using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Tests.Common;

/// <summary>Addresses that people type, against a listener that must not hear of them.</summary>
public sealed class OutgoingGuardTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _resolved;

    public OutgoingGuardTests() => _listener.Start();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    [Theory]
    [InlineData("8.8.8.8", "Public")]
    [InlineData("2a03:2880:f10c:83::1", "Public")]
    [InlineData("::ffff:8.8.8.8", "Public")]
    [InlineData("64:ff9b::808:808", "Public")]
    [InlineData("127.0.0.1", "Private")]
    [InlineData("127.255.0.9", "Private")]
    [InlineData("10.0.0.1", "Private")]
    [InlineData("172.31.255.255", "Private")]
    [InlineData("192.168.1.1", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("::1", "Private")]
    [InlineData("fd00::1", "Private")]
    [InlineData("::ffff:127.0.0.1", "Private")]
    [InlineData("64:ff9b::7f00:1", "Private")]
    [InlineData("0.0.0.0", "Never")]
    [InlineData("169.254.169.254", "Never")]
    [InlineData("::ffff:169.254.169.254", "Never")]
    [InlineData("64:ff9b::a9fe:a9fe", "Never")]
    [InlineData("224.0.0.1", "Never")]
    [InlineData("255.255.255.255", "Never")]
    [InlineData("198.18.0.1", "Never")]
    [InlineData("fe80::1", "Never")]
    [InlineData("ff02::1", "Never")]
    [InlineData("2002:7f00:1::", "Never")]
    [InlineData("2001:0:7f00:1::", "Never")]
    [InlineData("::7f00:1", "Never")]
    [InlineData("::", "Never")]
    [InlineData("64:ff9b:1::1", "Never")]
    public void Reach_of_an_address_is_known(string address, string reach) =>
        OutgoingAddress.ReachOf(IPAddress.Parse(address)).ToString().ShouldBe(reach);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    public async Task Loopback_is_refused_however_it_is_written(string host)
    {
        var refused = await Should.ThrowAsync<HttpRequestException>(() => GetAsync(host, new OutgoingOptions()));

        refused.InnerException.ShouldBeOfType<AddressRefusedException>();
        _listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Name_that_leads_inward_is_refused()
    {
        await Should.ThrowAsync<HttpRequestException>(() => GetAsync("gateway.example", new OutgoingOptions()));

        _resolved.ShouldBe(1);
        _listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Address_that_was_checked_is_the_one_that_is_called()
    {
        // A resolver asked twice would answer the second time with something else.
        var options = Allowing("127.0.0.0/8");

        await GetAsync("gateway.example", options);

        _resolved.ShouldBe(1);
    }

    [Theory]
    [InlineData("gateway.example")]
    [InlineData("GATEWAY.example")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task Allowed_host_address_or_network_is_called(string entry) => await GetAsync("gateway.example", Allowing(entry));

    [Fact]
    public async Task Private_gateways_are_called_where_the_operator_allows_them_but_never_link_local()
    {
        var options = new OutgoingOptions { AllowPrivateGateways = true };

        await GetAsync("gateway.example", options);

        var refused = await Should.ThrowAsync<HttpRequestException>(() => GetAsync("169.254.169.254", options));
        refused.InnerException.ShouldBeOfType<AddressRefusedException>();
    }

    [Fact]
    public async Task Operators_own_servers_are_allowed_and_a_misspelt_entry_stops_the_start()
    {
        await using var shared = await TestServices.StartAsync(
            ("Outgoing:AllowPrivateGateways", "false"),
            ("GatewayServers:Shared:0:Name", "Evolution"),
            ("GatewayServers:Shared:0:Address", "http://evolution:8080")
        );
        shared.Provider.GetRequiredService<IOptions<OutgoingOptions>>().Value.AllowedHosts.ShouldBe(["evolution"]);

        await using var wrong = await TestServices.StartAsync(("Outgoing:AllowedHosts:0", "http://evolution"));
        Should.Throw<OptionsValidationException>(() => wrong.Provider.GetRequiredService<IOptions<OutgoingOptions>>().Value);
    }

    public void Dispose() => _listener.Dispose();

    private static OutgoingOptions Allowing(string entry)
    {
        var options = new OutgoingOptions();
        options.AllowedHosts.Add(entry);
        return options;
    }

    /// <summary>Returns once somebody has connected to the listener and was answered.</summary>
    private async Task GetAsync(string host, OutgoingOptions options)
    {
        var guard = new OutgoingGuard(new Fixed(options), ResolveAsync);
        using var http = new HttpClient(GuardedHandler.Create(guard.ConnectToGatewayAsync));
        var asked = http.GetAsync(new Uri($"http://{host}:{Port}/"), Ct);
        var accepted = _listener.AcceptTcpClientAsync(Ct).AsTask();
        if (await Task.WhenAny(asked, accepted) == accepted)
        {
            using var client = await accepted;
            await client.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), Ct);
            (await asked).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            return;
        }

        await asked;
    }

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
        Task.FromResult<IPAddress[]>(_resolved++ == 0 ? [IPAddress.Loopback] : [IPAddress.Parse("169.254.169.254")]);

    private sealed class Fixed(OutgoingOptions value) : IOptionsMonitor<OutgoingOptions>
    {
        public OutgoingOptions CurrentValue => value;

        public OutgoingOptions Get(string? name) => value;

        public IDisposable? OnChange(Action<OutgoingOptions, string?> listener) => null;
    }
}
