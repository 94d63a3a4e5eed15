using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Demo;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Demo;

public sealed class DemoSeedTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_shows_everything_and_its_counters_are_true()
    {
        await using var directory = new TestDirectory();
        await using var services = await TestServices.StartAsync(
            ("GatewayServers:Shared:0:Name", "Sandbox"),
            ("GatewayServers:Shared:0:Address", "http://127.0.0.1:1/sandbox"),
            ("Media:Directory", directory.Path)
        );
        var company = await services.NewTenantAsync();
        await using (var seeding = services.Provider.CreateAsyncScope())
        {
            await seeding.ServiceProvider.GetRequiredService<DemoSeed>().FillAsync(company, company.OwnerId, Ct);
        }

        await using var scope = services.Enter(company);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        var messages = await db.Messages.ToListAsync(Ct);
        var heads = await db.ConversationHeads.ToListAsync(Ct);

        (await db.Contacts.CountAsync(Ct), heads.Count, await db.Instances.CountAsync(Ct)).ShouldBe((300, 120, 4));
        Enum.GetValues<MessageKind>()
            .Except([MessageKind.Menu])
            .Except(messages.Select(m => m.Kind))
            .ShouldBeEmpty("kinds that no message shows");
        Enum.GetValues<DeliveryState>()
            .Except([DeliveryState.Queued, DeliveryState.Sending, DeliveryState.Skipped])
            .Except(messages.Select(m => m.Delivery).OfType<DeliveryState>())
            .ShouldBeEmpty("fates that no message met");
        // Nothing of it may ever be sent.
        messages.ShouldAllBe(m => m.Delivery != DeliveryState.Queued && m.Delivery != DeliveryState.Sending);
        messages.ShouldAllBe(m => m.SentAt <= DateTimeOffset.UtcNow);
        var counted = heads
            .GroupBy(h => (h.InstanceId, h.Kind, h.Status))
            .Select(g => (g.Key.InstanceId, g.Key.Kind, g.Key.Status, g.Count(), g.Count(h => h.Unread > 0)));
        (await db.ConversationCounts.ToListAsync(Ct))
            .Select(c => (c.InstanceId, c.Kind, c.Status, c.Conversations, c.Unread))
            .ShouldBe(counted, ignoreOrder: true);
        foreach (var head in heads)
        {
            var thread = messages.Where(m => m.ConversationId == head.ConversationId && m.Kind != MessageKind.Line).ToList();
            thread.ShouldNotBeEmpty();
            head.LastAt.ShouldBe(thread.Max(m => m.SentAt));
            head.Unread.ShouldBeLessThanOrEqualTo(thread.Count(m => m.Direction == MessageDirection.In));
        }

        var attention = await scope.ServiceProvider.GetRequiredService<AttentionQueries>().ReadAsync(Ct);
        attention.ShouldBe(
            new Attention(
                heads.Count(h => h is { Unread: > 0, Kind: ConversationKind.Person } && h.Status != ConversationStatus.Resolved),
                1
            )
        );
        var store = services.Provider.GetRequiredService<IMediaStore>();
        foreach (var file in await db.MediaFiles.ToListAsync(Ct))
        {
            await using var bytes = store.OpenRead(file.Hash).ShouldNotBeNull(file.ContentType);
            bytes.Length.ShouldBe(file.Size);
        }
    }
}
