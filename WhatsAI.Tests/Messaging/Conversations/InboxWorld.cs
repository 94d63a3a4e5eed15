using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Tests.Messaging.Conversations;

/// <summary>A tenant with an inbox and a member before it.</summary>
internal sealed class InboxWorld(MessagingWorld messaging, CurrentMember member)
{
    public MessagingWorld Messaging { get; } = messaging;

    public CurrentMember Member { get; } = member;

    public ConversationQueries Conversations { get; } = new(messaging.Database, member);

    public MessageQueries Messages { get; } = new(messaging.Database, member);

    public ConversationActions Actions { get; } =
        new(
            messaging.Database,
            member,
            new TenantSettingsCache(messaging.Database, new EventHub(), TimeProvider.System),
            messaging.Clocks,
            messaging.Hub,
            new WorkSignal(),
            TimeProvider.System,
            []
        );

    public ReplyActions Replies { get; } =
        new(
            messaging.Database,
            member,
            messaging.Outbox,
            new Limits(Options.Create(new LimitOptions())),
            new TenantSettingsCache(messaging.Database, new EventHub(), TimeProvider.System)
        );

    public RepeatActions Repeats { get; } = new(messaging.Database, member, messaging.Outbox, messaging.Hub, new WorkSignal());

    public Watchers Watchers { get; } = new(messaging.Hub, TimeProvider.System);

    public InboxRows NewRows() =>
        new(
            Messaging.Database,
            Messaging.Hub,
            new WatcherRows(Watchers, new MemberNames(Messaging.Database, TimeProvider.System)),
            NullLogger<InboxRows>.Instance
        );

    public static async Task<InboxWorld> CreateAsync(Role role = Role.Agent)
    {
        var messaging = await MessagingWorld.CreateAsync();
        var tenant = new CurrentTenant();
        var member = new CurrentMember(tenant);
        var user = Id.New<UserId>(DateTimeOffset.UtcNow);
        member.Enter(messaging.Tenant, user, role, "Ana");
        return new InboxWorld(messaging, member);
    }

    /// <summary>A customer writes; gives his conversation.</summary>
    public async Task<ConversationId> CustomerWritesAsync(string phone, params string[] texts)
    {
        await Messaging.DeliverAsync([.. texts.Select(t => Hook.Text(t, Hook.NewId(), $"{phone}@s.whatsapp.net", alt: null))]);
        return new ConversationId(
            (Guid)
                (
                    await Messaging.ScalarAsync<object>(
                        "SELECT c.id FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.tenant_id = $1 AND p.phone = $2",
                        "+" + phone
                    )
                )!
        );
    }

    public Task<T?> HeadAsync<T>(string column, ConversationId id) =>
        Messaging.ScalarAsync<T>($"SELECT {column} FROM conversation_heads WHERE tenant_id = $1 AND conversation_id = $2", id.Value);
}
