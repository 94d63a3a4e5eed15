using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Tenancy;

namespace WhatsAI.Tests.Account;

public sealed class UserSessionsTests : IAsyncLifetime
{
    private const string Chrome =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
    private readonly UserId _ana = Id.New<UserId>(DateTimeOffset.UtcNow);
    private TestServices _services = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private UserSessions Sessions => _services.Provider.GetRequiredService<UserSessions>();

    public async ValueTask InitializeAsync() => _services = await TestServices.StartAsync();

    [Fact]
    public async Task Session_is_known_by_its_device_and_the_key_is_in_no_row()
    {
        var key = await Sessions.BeginAsync(_ana, Chrome, IPAddress.Parse("::ffff:203.0.113.7"), Ct);

        var row = (await Sessions.ListAsync(_ana, key, Ct)).ShouldHaveSingleItem();

        (row.Browser, row.Platform, row.Address, row.IsThis).ShouldBe(("Chrome", "Windows", "203.0.113.*", true));
        (await SightWorld.OwnerScalarAsync("SELECT row_to_json(s)::text FROM user_sessions s WHERE id = $1", row.Id))!
            .ToString()!
            .ShouldNotContain(key);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.*")]
    [InlineData("2001:db8:7:1::9", "2001:db8:7:*")]
    [InlineData("::1", "0:0:0:*")]
    [InlineData("unknown", null)]
    public void Address_is_shown_as_its_network(string address, string? shown) => UserSessions.NetworkOf(address).ShouldBe(shown);

    [Fact]
    public async Task Another_persons_session_can_be_neither_used_nor_seen_nor_ended()
    {
        var bia = Id.New<UserId>(DateTimeOffset.UtcNow);
        var key = await Sessions.BeginAsync(_ana, Chrome, address: null, Ct);
        var session = (await Sessions.ListAsync(_ana, key, Ct)).Single().Id;

        (await Sessions.IsOpenAsync(bia, key, null, Ct)).ShouldBeFalse();
        (await Sessions.ListAsync(bia, key, Ct)).ShouldBeEmpty();
        await Sessions.EndAsync(bia, session, Ct);
        await Sessions.SignOutAsync(bia, key, Ct);
        await Sessions.EndAllAsync(bia, null, Ct);

        (await Sessions.IsOpenAsync(_ana, key, null, Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task Ending_the_others_leaves_this_one()
    {
        var here = await Sessions.BeginAsync(_ana, Chrome, address: null, Ct);
        var there = await Sessions.BeginAsync(_ana, userAgent: null, address: null, Ct);

        await Sessions.EndAllAsync(_ana, here, Ct);

        (await Sessions.IsOpenAsync(_ana, here, null, Ct)).ShouldBeTrue();
        (await Sessions.IsOpenAsync(_ana, there, null, Ct)).ShouldBeFalse();
        (await Sessions.ListAsync(_ana, here, Ct)).ShouldHaveSingleItem().IsThis.ShouldBeTrue();
    }

    [Fact]
    public async Task Ended_session_is_told_to_the_circuits_of_every_company_of_the_person()
    {
        var tenant = await _services.NewTenantAsync();
        var key = await Sessions.BeginAsync(tenant.OwnerId, Chrome, address: null, Ct);
        var heard = new List<ConsoleEvent>();
        using var feed = _services
            .Provider.GetRequiredService<EventHub>()
            .Subscribe(
                tenant.Id,
                e =>
                {
                    heard.Add(e);
                    return false;
                }
            );

        var session = (await Sessions.ListAsync(tenant.OwnerId, key, Ct)).Single().Id;
        await Sessions.EndAsync(tenant.OwnerId, session, Ct);
        await Sessions.EndAsync(tenant.OwnerId, session, Ct);

        heard.ShouldBe([new MemberChanged(tenant.Id, tenant.OwnerId)]);
    }

    [Theory]
    [InlineData(Chrome, "Chrome", "Windows")]
    [InlineData(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
        "Safari",
        "macOS"
    )]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/122.0 Mobile/15E148 Safari/604.1",
        "Chrome",
        "iPhone"
    )]
    [InlineData(
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36",
        "Samsung Internet",
        "Android"
    )]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox", "Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0", "Edge", "Windows")]
    [InlineData("<script>alert(1)</script>", null, null)]
    [InlineData(null, null, null)]
    public void Device_is_two_known_words_or_none(string? userAgent, string? browser, string? platform) =>
        (DeviceWords.Browser(userAgent), DeviceWords.Platform(userAgent)).ShouldBe((browser, platform));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
