using System.Text.RegularExpressions;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>Every kind of event there is, of another company: no subscription hears it, neither here nor by way of another copy.</summary>
public sealed partial class SubscriptionTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private static readonly TenantId _ours = Id.New<TenantId>(_now);
    private static readonly TenantId _theirs = Id.New<TenantId>(_now);

    public static TheoryData<Type> Events =>
        [.. typeof(ConsoleEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ConsoleEvent)) && !t.IsAbstract)];

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

    [Fact]
    public void Page_subscribes_to_the_company_that_its_circuit_entered_and_to_no_other() =>
        Repository
            .Files("WhatsAI.Web", "*.cs", "*.razor")
            .SelectMany(f => Subscription().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .Except(["Tenant.Id", "member", "member.TenantId"])
            .ShouldBeEmpty();

    private static IEnumerable<ConsoleEvent> Relayed(ConsoleEvent e) =>
        EventNotice.Parse(EventNotice.Of(Guid.NewGuid(), e.TenantId, [e]).ToJson())!.Decode();

    private static ConsoleEvent Of(Type kind, TenantId tenant) =>
        (ConsoleEvent)
            Activator.CreateInstance(
                kind,
                [.. CompanyDoors.Parameters(kind).Select(p => p.ParameterType == typeof(TenantId) ? tenant : NewId(p.ParameterType))]
            )!;

    private static object? NewId(Type id) =>
        typeof(SubscriptionTests)
            .GetMethod(nameof(New), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(id)
            .Invoke(null, null);

    private static T New<T>()
        where T : struct, IId<T> => T.From(Guid.NewGuid());

    [GeneratedRegex(@"\.Subscribe\(([^,)]+)")]
    private static partial Regex Subscription();
}
