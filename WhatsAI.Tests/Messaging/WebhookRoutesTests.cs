using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

public sealed class WebhookRoutesTests
{
    [Fact]
    public async Task A_deleted_numbers_address_drops_for_thirty_days_and_is_unknown_then()
    {
        var world = await MessagingWorld.CreateAsync();
        var time = new ManualTime();
        var route = Guid.NewGuid().ToString("N");
        await world.RunAsync(
            "INSERT INTO webhook_routes (route, tenant_id, instance_id, secret_hash, deleted_at) VALUES ($2, $1, $3, $4, $5)",
            route,
            world.Instance.Value,
            WebhookRoutes.HashOf("segredo"),
            time.GetUtcNow()
        );
        var routes = new WebhookRoutes(world.Database, time);

        (await FindAsync()).ShouldBeOfType<RouteAnswer.Deleted>();
        time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        (await FindAsync()).ShouldBeOfType<RouteAnswer.Deleted>();
        // Two seconds: what the route says is remembered for a minute, what it means is not.
        time.Advance(TimeSpan.FromSeconds(2));
        (await FindAsync()).ShouldBeOfType<RouteAnswer.Unknown>();

        async Task<RouteAnswer> FindAsync() => await routes.FindAsync(route, "segredo", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_living_numbers_address_asks_for_its_secret()
    {
        var world = await MessagingWorld.CreateAsync();
        var route = Guid.NewGuid().ToString("N");
        await world.RunAsync(
            "INSERT INTO webhook_routes (route, tenant_id, instance_id, secret_hash) VALUES ($2, $1, $3, $4)",
            route,
            world.Instance.Value,
            WebhookRoutes.HashOf("segredo")
        );
        var routes = new WebhookRoutes(world.Database, TimeProvider.System);
        var cancellation = TestContext.Current.CancellationToken;

        (await routes.FindAsync(route, "segredo", cancellation)).ShouldBe(new RouteAnswer.Known(world.Tenant, world.Instance));
        (await routes.FindAsync(route, "SEGREDO", cancellation)).ShouldBeOfType<RouteAnswer.WrongSecret>();
        (await routes.FindAsync(route, null, cancellation)).ShouldBeOfType<RouteAnswer.WrongSecret>();
    }
}
