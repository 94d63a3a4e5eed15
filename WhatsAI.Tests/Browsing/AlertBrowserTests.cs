using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A number is lost while nobody looks at it: the bell says so, the centre says what to do, and it is over by itself.</summary>
[Collection(typeof(HouseGroup))]
public sealed class AlertBrowserTests(Browser browser, ConsoleWorld world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alert_comes_up_in_the_bell_is_acknowledged_and_ends_by_itself()
    {
        var number = await world.LinkAsync("Alarme");
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, "inbox");
            await Expect(ana.Page.Locator("[data-bell]")).ToBeVisibleAsync();

            await FindAsync(number, Verdict.Banned);
            await Expect(ana.Page.Locator("[data-bell] .nav-badge")).ToBeVisibleAsync();
            await ana.Page.Locator("[data-bell]").ClickAsync();
            var told = ana.Page.Locator(".bell-alerts .notice", new() { HasText = "Alarme" });
            await Expect(told).ToContainTextAsync("foi banido pelo WhatsApp");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Locator("[data-all-alerts]").ClickAsync();

            var alert = ana.Page.Locator("[data-open-alerts] .alert", new() { HasText = "Alarme" });
            await Expect(alert).ToContainTextAsync("O WhatsApp encerrou a sessão como banida (403)");
            await Expect(alert).ToContainTextAsync("peça a revisão");
            await alert.Locator(".btn").ClickAsync();
            await Expect(alert).ToContainTextAsync("Ciente: Ana Ribeiro");
            await ana.Page.ShouldBeAccessibleAsync();

            await FindAsync(number, Verdict.Healthy);
            await Expect(alert).ToHaveCountAsync(0);
            await Expect(ana.Page.Locator(".alert:not(.open)", new() { HasText = "Alarme" })).ToContainTextAsync("Encerrado em");
            await ana.ShouldNotHaveReloadedAsync();
        });
    }

    /// <summary>As the look at all of the company would, with this found of the number.</summary>
    private async Task FindAsync(LinkedNumber number, Verdict verdict)
    {
        var now = DateTimeOffset.UtcNow;
        IReadOnlyList<ConsoleEvent> events;
        await using (var scope = await world.Console.Services.GetRequiredService<NpgsqlDataSource>().BeginAsync(number.Tenant.Id, Ct))
        {
            var finding = new Finding(verdict, verdict == Verdict.Banned ? "closed.403" : "healthy", now);
            var found = new MemberFacts(number.Id, new GatewayServerId(Guid.NewGuid()), MemberRole.Active, now, finding, 90, 0);
            events = await AlertStep.ApplyAllAsync(scope.Connection, number.Tenant.Id, [], [found], [], now, Ct);
            await scope.CommitAsync(Ct);
        }

        world.Console.Services.GetRequiredService<EventHub>().Publish(events);
    }
}
