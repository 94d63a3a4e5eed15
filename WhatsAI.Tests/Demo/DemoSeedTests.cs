using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Demo;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Demo;

public sealed class DemoSeedTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_shows_everything_and_its_counters_are_true()
    {
        await using var directory = new OwnDirectory();
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

        (await db.Contacts.CountAsync(Ct), heads.Count, await db.Instances.CountAsync(Ct)).ShouldBe((302, 120, 8));
        (await db.CannedResponses.CountAsync(Ct)).ShouldBeGreaterThan(5);
        (await db.MessageTemplates.CountAsync(Ct)).ShouldBeGreaterThan(3);
        (await db.ConversationLabels.CountAsync(Ct)).ShouldBeGreaterThan(20);
        Enum.GetValues<ConversationPriority>().Except(heads.Select(h => h.Priority)).ShouldBeEmpty();
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
            .GroupBy(h => (h.InstanceId, h.Kind, h.Status, Assignee: h.AssigneeId ?? default, Team: h.TeamId ?? default))
            .Select(g => (g.Key, g.Count(), g.Count(h => h.Unread > 0)));
        (await db.ConversationCounts.ToListAsync(Ct))
            .Select(c => ((c.InstanceId, c.Kind, c.Status, Assignee: c.AssigneeId, Team: c.TeamId), c.Conversations, c.Unread))
            .ShouldBe(counted, ignoreOrder: true);
        foreach (var head in heads)
        {
            var thread = messages.Where(m => m.ConversationId == head.ConversationId && !m.Kind.IsInternal()).ToList();
            thread.ShouldNotBeEmpty();
            head.LastAt.ShouldBe(thread.Max(m => m.SentAt));
            head.Unread.ShouldBeLessThanOrEqualTo(thread.Count(m => m.Direction == MessageDirection.In));
        }

        var attention = await scope.ServiceProvider.GetRequiredService<AttentionQueries>().ReadAsync(Ct);
        (attention.Unread, attention.Alerts).ShouldBe(
            (heads.Count(h => h is { Unread: > 0, Kind: ConversationKind.Person } && h.Status != ConversationStatus.Resolved), 1)
        );
        var wall = await scope.ServiceProvider.GetRequiredService<InstanceQueries>().WallAsync(Ct);
        foreach (var row in wall)
        {
            var theirs = messages.Where(m => m.InstanceId == row.Id && !m.Kind.IsInternal() && m.Delivery != DeliveryState.Failed).ToList();
            var since = DateTimeOffset.UtcNow.AddHours(-23);
            row.Hours.Sum()
                .ShouldBe(
                    theirs.Count(m => m.SentAt >= new DateTimeOffset(since.Year, since.Month, since.Day, since.Hour, 0, 0, TimeSpan.Zero))
                );
            row.Facts.LastInboundAt.ShouldBe(theirs.Where(m => m.Direction == MessageDirection.In).Max(m => (DateTimeOffset?)m.SentAt));
        }

        await CampaignsAsync(db);
        var hours = await db.InstanceHours.ToListAsync(Ct);
        hours.Sum(h => h.Received + h.Sent + h.Failed).ShouldBe(messages.Count(m => !m.Kind.IsInternal()));
        var store = services.Provider.GetRequiredService<IMediaStore>();
        foreach (var file in await db.MediaFiles.ToListAsync(Ct))
        {
            await using var bytes = store.OpenRead(file.Hash).ShouldNotBeNull(file.ContentType);
            bytes.Length.ShouldBe(file.Size);
        }
    }

    /// <summary>One in each state, and what is counted of it is what its recipients are.</summary>
    private static async Task CampaignsAsync(ConsoleDb db)
    {
        var campaigns = await db.Campaigns.ToListAsync(Ct);
        Enum.GetValues<CampaignState>().Except(campaigns.Select(c => c.State)).ShouldBeEmpty();
        var people = await db
            .CampaignRecipients.GroupBy(r => new { r.CampaignId, r.State })
            .Select(g => new { g.Key, Count = g.Count() })
            .ToListAsync(Ct);
        var counted = await db.Set<CampaignCountRow>()
            .Where(c => c.Kind != "OptedOut" && c.Kind != "Blocked")
            .GroupBy(c => new { c.CampaignId, c.Kind })
            .Select(g => new { g.Key, Count = g.Sum(c => c.People) })
            .Where(g => g.Count != 0)
            .ToListAsync(Ct);
        counted
            .Select(c => (c.Key.CampaignId, c.Key.Kind, c.Count))
            .ShouldBe(people.Select(p => (p.Key.CampaignId, p.Key.State.ToString(), p.Count)), ignoreOrder: true);
        PauseDetail.Read(campaigns.Single(c => c.State == CampaignState.Paused).Detail)!.Culprit.ShouldNotBeNull();
        people.Where(p => p.Key.State == RecipientState.Replied).Sum(p => p.Count).ShouldBeGreaterThan(10);
        people.Where(p => p.Key.State == RecipientState.Failed).Sum(p => p.Count).ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Demo_that_was_cut_short_is_completed_by_the_next_start()
    {
        await using var directory = new OwnDirectory();
        await using var console = await ConsoleApp.StartAsync(
            ("GatewayServers:Shared:0:Name", "Sandbox"),
            ("GatewayServers:Shared:0:Address", "http://127.0.0.1:1/sandbox")
        );
        var here = new HostingEnvironment { ContentRootPath = directory.Path };
        async Task StartAsync(params object[] instead)
        {
            await using var scope = console.Services.CreateAsyncScope();
            await ActivatorUtilities.CreateInstance<DemoSeed>(scope.ServiceProvider, [here, .. instead]).EnsureAsync(Ct);
        }

        await Should.ThrowAsync<IOException>(() => StartAsync(new FullDisk()));
        await StartAsync();
        var password = await PasswordAsync();
        await StartAsync();

        (await PasswordAsync()).ShouldBe(password);
        await using var again = console.Services.CreateAsyncScope();
        var users = again.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        foreach (var email in new[] { DemoSeed.Owner, DemoSeed.Agent, DemoSeed.Manager, DemoSeed.OfOneNumber })
        {
            (await users.CheckPasswordAsync((await users.FindByEmailAsync(email))!, password)).ShouldBeTrue(email);
        }

        var tenant = await again.ServiceProvider.GetRequiredService<ConsoleDb>().Tenants.SingleAsync(Ct);
        await using var inside = console.Services.GetRequiredService<TenantScopes>().Enter(tenant.Id);
        await using var db = await inside.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        (await db.Contacts.CountAsync(Ct), await db.Conversations.CountAsync(Ct), await db.Instances.CountAsync(Ct)).ShouldBe(
            (302, 120, 8)
        );

        (await db.MemberNumbers.CountAsync(Ct)).ShouldBe(1);
        (await db.Invitations.CountAsync(Ct)).ShouldBe(1);

        async Task<string> PasswordAsync() =>
            (await File.ReadAllLinesAsync(Path.Combine(directory.Path, "data", "demo-sign-in.txt"), Ct))[1]["password: ".Length..];
    }

    private sealed class FullDisk : IMediaStore
    {
        public Task<StoredMedia> SaveAsync(Stream content, long limit, CancellationToken cancellation = default) =>
            throw new IOException("The disk is full.");

        public Stream? OpenRead(string hash) => null;
    }
}
