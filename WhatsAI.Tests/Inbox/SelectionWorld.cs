using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Labels;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Tests.Inbox;

/// <summary>A company with some conversations, and members who do something with many of them.</summary>
internal sealed class SelectionWorld(TeamWorld world, UserId ana)
{
    public TeamWorld World { get; } = world;

    public UserId Ana { get; } = ana;

    public static async Task<SelectionWorld> CreateAsync(TeamWorld? beside = null)
    {
        var world = await TeamWorld.CreateAsync(beside?.Number);
        return new SelectionWorld(world, await world.AgentAsync("Ana"));
    }

    /// <summary>One for each customer, who has written once.</summary>
    public async Task<ConversationId[]> ConversationsAsync(int count, int from = 0)
    {
        await World.JournalAsync(Enumerable.Range(from, count));
        await World.ProcessAsync();
        var ids = new List<ConversationId>();
        foreach (var customer in Enumerable.Range(from, count))
        {
            ids.Add(await World.ConversationAsync(customer));
        }

        return [.. ids];
    }

    public async Task<LabelId> LabelAsync(string name)
    {
        var id = Id.New<LabelId>(DateTimeOffset.UtcNow);
        await World.RunAsync(
            "INSERT INTO labels (id, tenant_id, name, folded_name, colour, created_at) VALUES ($2, $1, $3, $4, 1, now())",
            id.Value,
            name,
            Label.Fold(name)
        );
        return id;
    }

    public SelectionActions Actions(UserId? by = null, Role role = Role.Agent, params InstanceId[] numbers) =>
        new(
            World.Number.Database,
            Member(by ?? Ana, role, numbers),
            new TenantSettingsCache(World.Number.Database, World.Number.Hub, TimeProvider.System),
            World.Number.Clocks,
            World.Number.Hub,
            new WorkSignal(),
            TimeProvider.System,
            [new RoomStep()]
        );

    public ConversationQueries Queries(params InstanceId[] numbers) => new(World.Number.Database, Member(Ana, Role.Agent, numbers));

    public Task<T?> HeadAsync<T>(string column, ConversationId id) =>
        World.Number.ScalarAsync<T>($"SELECT {column} FROM conversation_heads WHERE tenant_id = $1 AND conversation_id = $2", id.Value);

    /// <summary>The keys of the lines, in the order in which they were written.</summary>
    public async Task<string?> LinesAsync(ConversationId id) =>
        await World.Number.ScalarAsync<string>(
            "SELECT string_agg(body->>'key', ' ' ORDER BY sent_at, id) FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND kind = 'Line'",
            id.Value
        );

    private CurrentMember Member(UserId by, Role role, InstanceId[] numbers)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(World.Tenant, by, new MemberAccess(role, numbers is { Length: > 0 } ? [.. numbers] : null), "Ana");
        return member;
    }
}
