using System.Collections;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Tenancy;

/// <summary>How one of them is tried.</summary>
public sealed partial class NumberSightTests
{
    private async Task<bool> GetsAsync(string what, SightWorld world, FrozenSet<InstanceId> numbers)
    {
        await using var scope = _services.Enter(world.Tenant, NewUser(), new MemberAccess(Role.Admin, numbers));
        try
        {
            return await _tries[what](scope.ServiceProvider, world) switch
            {
                null => false,
                IEnumerable many => many.Cast<object>().Any(),
                _ => true,
            };
        }
        catch (RuleException refused)
        {
            return !_notThere.Contains(refused.Key);
        }
    }

    private static UserId Me(IServiceProvider services) => services.GetRequiredService<CurrentMember>().UserId;

    private static UserId NewUser() => Id.New<UserId>(DateTimeOffset.UtcNow);

    private static ReportQuery OfToday()
    {
        var now = DateTimeOffset.UtcNow;
        var span = new ReportSpan(now.AddDays(-1), now.AddHours(1));
        return new ReportQuery(span, new ReportSpan(span.From.AddDays(-1), span.From), ReportBy.Agent, null, null, null);
    }

    private static Func<IServiceProvider, SightWorld, Task<object?>> Ask<T>(Func<T, SightWorld, Task<object?>> ask)
        where T : notnull => (services, world) => ask(services.GetRequiredService<T>(), world);

    private static Func<IServiceProvider, SightWorld, Task<object?>> Do<T>(Func<T, SightWorld, Task> act)
        where T : notnull =>
        async (services, world) =>
        {
            await act(services.GetRequiredService<T>(), world);
            return "done";
        };

    private static Func<IServiceProvider, SightWorld, Task<object?>> Select(
        Func<SelectionActions, SightWorld, Task<SelectionResult>> act
    ) => async (services, world) => (await act(services.GetRequiredService<SelectionActions>(), world)) is { Missing: 0 } ? "done" : null;

    private static async Task<InboxChange> NextAsync(InboxFeed feed)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        await foreach (var change in feed.ChangesAsync(patience.Token))
        {
            return change;
        }

        throw new InvalidOperationException("The feed ended.");
    }
}
