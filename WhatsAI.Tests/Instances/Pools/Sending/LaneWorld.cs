using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools.Sending;

/// <summary>A pool whose numbers have been in use for years, in a window that never closes, and one campaign.</summary>
internal sealed class LaneWorld
{
    private int _people;

    private LaneWorld(PoolWorld pool) => Pools = pool;

    public static readonly PacePolicy Open = new()
    {
        Window = new SendingWindow([.. Enum.GetValues<DayOfWeek>().Select(d => new OpenSpan(d, 0, 24 * 60))]),
    };

    /// <summary>As a pool's row keeps it.</summary>
    public static string Json(PacePolicy pace) => System.Text.Json.JsonSerializer.Serialize(pace, PoolMapping.Json);

    public PoolWorld Pools { get; }

    public MessagingWorld World => Pools.First;

    public TenantId Tenant => Pools.Tenant;

    public PoolId Pool => Pools.Pool;

    public CampaignId Campaign { get; } = new(Guid.NewGuid());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<LaneWorld> CreateAsync(params MemberRole?[] roles) => CreateAsync(Open, roles);

    public static async Task<LaneWorld> CreateAsync(PacePolicy pace, params MemberRole?[] roles)
    {
        var world = new LaneWorld(await PoolWorld.CreateAsync(roles.Length == 0 ? [MemberRole.Active] : roles));
        await using var db = await TestDatabase.DbAsync(world.Tenant);
        (await db.Pools.SingleAsync(Ct)).SetPace(pace);
        await db.SaveChangesAsync(Ct);
        await world.World.RunAsync("UPDATE instances SET created_at = now() - interval '3 years' WHERE tenant_id = $1");
        return world;
    }

    public InstanceId Number(int number) => Pools.Numbers[number].Instance;

    public CampaignLane Lane(TimeSpan ahead = default) => new(World.Database, World.Hub, new WorkSignal(), new PaceClock { Ahead = ahead });

    /// <summary>To people nobody knows, or to one contact.</summary>
    public Task<int> FeedAsync(
        int count = 1,
        short priority = 0,
        CampaignId? campaign = null,
        ContactId? to = null,
        Guid? key = null,
        TimeSpan ahead = default
    )
    {
        var pieces = Enumerable
            .Range(0, count)
            .Select(_ =>
            {
                var n = Interlocked.Increment(ref _people);
                var (id, body) = (key ?? Guid.NewGuid(), new TextBody($"oferta {n}"));
                return to is { } contact ? new CampaignPiece(id, body, contact) : new CampaignPiece(id, body, Phone(n));
            })
            .ToArray();
        return Lane(ahead).FeedAsync(Tenant, new CampaignFeed(Pool, campaign ?? Campaign, "Black Friday", priority, pieces), Ct);
    }

    public static PhoneNumber Phone(int n) => PhoneNumber.Parse($"+5511977{n:000000}");

    /// <summary>Whoever works on the number: the one before has lost it.</summary>
    public async Task<WorkClaim> ClaimAsync(int number)
    {
        var epoch = await World.ScalarAsync<object>(
            """
            UPDATE work_list SET due_at = now(), lease_until = now() + interval '25 seconds', epoch = epoch + 1
            WHERE tenant_id = $1 AND kind = 'Outbound' AND instance_id = $2 RETURNING epoch
            """,
            Number(number).Value
        );
        return new WorkClaim(WorkKind.Outbound, Tenant, Number(number), (long)epoch!, DateTimeOffset.UtcNow.AddSeconds(25));
    }

    /// <summary>The number's turn; what it begins is taken by the gateway. Null: it sends nothing now.</summary>
    public async Task<string?> SendAsync(int number = 0, TimeSpan ahead = default, AttemptResult? result = null)
    {
        var queue = World.NewQueue(World.Database, ahead);
        var claim = await ClaimAsync(number);
        if (await queue.BeginAsync(claim, Ct) is not { } attempt)
        {
            return null;
        }

        await queue.EndAsync(claim, attempt, result ?? LedgerSteps.Taken(Hook.NewId()), Ct);
        return attempt.Body.Plain;
    }

    public static AttemptResult.NotTaken Surely(GatewayFailure failure) => new(failure, SurelyNotSent: true, RetryAfter: null);

    /// <summary>How long until the number is looked at again; null: not by itself.</summary>
    public Task<TimeSpan?> DueInAsync(int number = 0) =>
        World.ScalarAsync<TimeSpan?>(
            "SELECT due_at - now() FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound' AND instance_id = $2",
            Number(number).Value
        );

    public Task<string?> PaceAsync(int number = 0) =>
        World.ScalarAsync<string>(
            "SELECT concat_ws(' ', sent_today, strangers_today, sent_this_hour) FROM pace_states WHERE tenant_id = $1 AND instance_id = $2",
            Number(number).Value
        );

    /// <summary>Sent, failed, skipped, opted out, blocks.</summary>
    public Task<string?> SignalsAsync() =>
        World.ScalarAsync<string>(
            "SELECT concat_ws(' ', sent, failed, skipped, opted_out, blocks) FROM campaign_signals WHERE tenant_id = $1 AND campaign_id = $2",
            Campaign.Value
        );

    public async Task<int> WaitingAsync() =>
        (int)(
            (await World.ScalarAsync<object>("SELECT coalesce(sum(waiting), 0) FROM pool_queues WHERE tenant_id = $1")) is long n ? n : -1
        );

    /// <summary>The ledger: what became of each message, in the order of their texts.</summary>
    public Task<string?> LedgerAsync() =>
        World.ScalarAsync<string>(
            """
            SELECT coalesce(string_agg(text || ': ' || concat_ws(' ', delivery, reason), ', ' ORDER BY text), '')
            FROM messages WHERE tenant_id = $1 AND origin = 'Campaign'
            """
        );
}
