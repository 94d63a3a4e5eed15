using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools.Failover;

/// <summary>What tests of failovers do and look at.</summary>
internal static class FailoverSteps
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>It fails, another one takes over, and all of that is done.</summary>
    public static async Task OverAsync(PoolWorld world, int number)
    {
        await FailAsync(world, number);
        var started = await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct);
        await Run(world).FinishAsync(world.Tenant, started.ShouldHaveSingleItem(), Ct);
        await world.First.RunAsync("UPDATE work_list SET due_at = NULL WHERE tenant_id = $1 AND kind = 'Watch'");
    }

    public static Task WriteAsync(PoolWorld world, string text) =>
        world.First.DeliverAsync(Hook.Text(text, Hook.NewId(), "5511977770001@s.whatsapp.net", alt: null));

    public static Task FollowAsync(PoolWorld world, int number) =>
        Run(world).FinishOfAsync(world.Tenant, world.Numbers[number].Instance, Ct);

    public static async Task FailAsync(PoolWorld world, int number = 0)
    {
        await world.First.RunAsync(
            "UPDATE instance_statuses SET state = 'Banned', state_since = now(), close_code = 403 WHERE tenant_id = $1 AND instance_id = $2",
            world.Numbers[number].Instance.Value
        );
        await world.FindAsync(number, Verdict.Banned, TimeSpan.FromSeconds(1));
    }

    public static PoolSupervisor Supervisor(PoolWorld world) =>
        new(world.First.Database, world.First.Hub, new WorkSignal(), NullLogger<PoolSupervisor>.Instance);

    public static FailoverRun Run(PoolWorld world) => new(world.First.Database, world.First.Clocks, world.First.Hub, new WorkSignal());

    public static async Task<List<string>> RolesAsync(PoolWorld world)
    {
        var roles = new List<string>();
        for (var i = 0; i < world.Numbers.Count; i++)
        {
            roles.Add((await world.RoleAsync(i))!);
        }

        return roles;
    }

    public static async Task<ConversationId> ThreadAsync(PoolWorld world, int number, int customer) =>
        new(
            await world.First.ScalarAsync<Guid>(
                """
                SELECT c.id FROM conversations c JOIN contact_identities i ON i.tenant_id = $1 AND i.contact_id = c.contact_id
                WHERE c.tenant_id = $1 AND c.instance_id = $2 AND i.jid LIKE $3
                """,
                world.Numbers[number].Instance.Value,
                $"551197777000{customer}@%"
            )
        );

    public static async Task<MessageId> QueueAsync(PoolWorld world, ConversationId thread, string text) =>
        await world.First.Outbox.QueueAsync(
            world.Tenant,
            new OutgoingMessage(thread, new TextBody(text), MessageOrigin.Agent, Lane.Reply),
            Ct
        );

    public static Task<string?> StateAsync(PoolWorld world, MessageId message) =>
        world.First.ScalarAsync<string>(
            "SELECT delivery || ' ' || conversation_id FROM messages WHERE tenant_id = $1 AND id = $2",
            message.Value
        );

    public static Task<List<string>> LinesAsync(PoolWorld world, ConversationId thread) =>
        world.First.ListAsync(
            "SELECT body ->> 'key' FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND kind = 'Line' ORDER BY sent_at, id",
            thread.Value
        );

    public static Task<string?> HeadAsync(PoolWorld world, ConversationId thread) =>
        world.First.ScalarAsync<string>(
            "SELECT concat_ws(' ', status, last_preview, unread) FROM conversation_heads WHERE tenant_id = $1 AND conversation_id = $2",
            thread.Value
        );
}
