using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>Every kind of event there is, of another company: no subscription hears it, neither here nor by way of another copy.</summary>
public sealed partial class SubscriptionTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private static readonly TenantId _ours = Id.New<TenantId>(_now);
    private static readonly TenantId _theirs = Id.New<TenantId>(_now);

    public static TheoryData<Type> Events => [.. ConsoleEvents.All()];

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Event_of_another_company_is_not_heard(Type kind)
    {
        var hub = new EventHub();
        using var feed = hub.Subscribe(_ours, _ => true);
        var (theirs, mine) = (Of(kind, _theirs), Of(kind, _ours));

        hub.Publish(theirs);
        foreach (var told in Relayed(theirs))
        {
            told.TenantId.ShouldBe(_theirs);
            hub.Deliver(told);
        }

        hub.Publish(mine);

        await foreach (var batch in feed.BatchesAsync(TimeSpan.Zero, TestContext.Current.CancellationToken))
        {
            batch.ShouldBe([mine]);
            break;
        }
    }

    /// <summary>Whoever subscribes anywhere in the program, and to whose company: always the one that was entered at a door.</summary>
    [Fact]
    public void Subscription_is_to_the_company_that_was_entered_and_to_no_other() =>
        new[] { "WhatsAI.Infrastructure", "WhatsAI.Web" }
            .SelectMany(p => Repository.Files(p, "*.cs", "*.razor"))
            .SelectMany(f => Subscription().Matches(File.ReadAllText(f)).Select(m => $"{Path.GetFileName(f)}: {m.Groups[1].Value}"))
            .Order()
            .ShouldBe(
                [
                    // The rows of one tenant, read once for all its lists; the tenant is the member's.
                    "InboxRows.cs: tenant",
                    // What a company's windows are told of, decided once for all of them; the tenant is that of the member at each window.
                    "CompanyNews.cs: tenant",
                    "NewsTeller.razor.cs: member",
                    "InboxPage.razor.cs: member",
                    "LiveComponent.cs: Tenant.Id",
                    "SessionWatch.cs: member.TenantId",
                ],
                ignoreOrder: true
            );

    [Fact]
    public async Task Shared_rows_of_a_company_hold_nothing_of_another_though_an_event_names_it()
    {
        await using var services = await TestServices.StartAsync();
        var (ours, theirs) = (await SeededCompany.CreateAsync(services), await SeededCompany.CreateAsync(services));
        await using var scope = services.Enter(ours.Tenant);
        var hub = services.Provider.GetRequiredService<EventHub>();
        using var feed = scope
            .ServiceProvider.GetRequiredService<InboxRows>()
            .Subscribe(scope.ServiceProvider.GetRequiredService<CurrentMember>());
        var (mine, foreign) = ((ConversationId)ours.Of(typeof(ConversationId))[0], (ConversationId)theirs.Of(typeof(ConversationId))[0]);

        hub.Publish(new ConversationChanged(theirs.Tenant.Id, foreign));
        hub.Publish(new ConversationChanged(ours.Tenant.Id, foreign));
        hub.Publish(new ConversationChanged(ours.Tenant.Id, mine));

        var shown = new List<ConversationId>();
        await foreach (var change in feed.ChangesAsync(TestContext.Current.CancellationToken))
        {
            shown.AddRange(change.Rows!.Select(r => r.Id));
            if (shown.Contains(mine))
            {
                break;
            }
        }

        shown.Distinct().ShouldBe([mine]);
    }

    private static IEnumerable<ConsoleEvent> Relayed(ConsoleEvent e) =>
        EventNotice.Parse(EventNotice.Of(Guid.NewGuid(), e.TenantId, [e]).ToJson())!.Decode();

    private static ConsoleEvent Of(Type kind, TenantId tenant) => ConsoleEvents.Of(kind, tenant, ConsoleEvents.NewId);

    [GeneratedRegex(@"\.Subscribe\(([^,)]+)")]
    private static partial Regex Subscription();
}
