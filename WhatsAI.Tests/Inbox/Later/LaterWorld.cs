using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Inbox.Later;

/// <summary>A company whose owner puts things off, with a customer; what is due is done when the test says so.</summary>
internal sealed class LaterWorld : IAsyncDisposable
{
    private const string Customer = "5511977770001";
    private readonly TestServices _services;
    private readonly AsyncServiceScope _scope;
    private readonly CreatedTenant _tenant;

    private LaterWorld(TestServices services, CreatedTenant tenant, MessagingWorld number)
    {
        (_services, _tenant, Number) = (services, tenant, number);
        _scope = services.Enter(tenant);
    }

    public MessagingWorld Number { get; }

    public TenantId Tenant => _tenant.Id;

    public UserId Owner => _tenant.OwnerId;

    public ConversationId Conversation { get; private set; }

    public ConversationActions Conversations => Get<ConversationActions>();

    public ScheduledMessageActions Scheduled => Get<ScheduledMessageActions>();

    public static async Task<LaterWorld> CreateAsync()
    {
        var services = await TestServices.StartAsync();
        var tenant = await services.NewTenantAsync();
        var world = new LaterWorld(services, tenant, await MessagingWorld.CreateAsync(tenant.Id));
        await world.CustomerWritesAsync("oi");
        world.Conversation = await world.Number.ConversationAsync();
        return world;
    }

    public T Get<T>()
        where T : notnull => _scope.ServiceProvider.GetRequiredService<T>();

    /// <summary>As somebody else of the company.</summary>
    public AsyncServiceScope As(UserId user, MemberAccess access) => _services.Enter(Tenant, user, access);

    public Task CustomerWritesAsync(string text, long? at = null)
    {
        var batches = Number.NewBatches(new CancelOnReplyStep());
        return WriteAsync();

        async Task WriteAsync()
        {
            var body = Hook.Text(text, Hook.NewId(), $"{Customer}@s.whatsapp.net", alt: null, at);
            await Number.JournalAsync(System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()));
            await Number.ProcessAsync(batches);
        }
    }

    /// <summary>Waits an hour for its time; gives its id.</summary>
    public async Task<ScheduledMessageId> ScheduleAsync(string text, bool cancels = true)
    {
        var id = new ScheduledMessageId(Guid.NewGuid());
        await Scheduled.CreateAsync(Conversation, id, Words(text, DateTimeOffset.UtcNow.AddHours(1), cancels), default);
        return id;
    }

    public static ScheduledWords Words(string text, DateTimeOffset at, bool cancels = true)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
        return new ScheduledWords(text, TimeZoneInfo.ConvertTime(at, zone).DateTime, zone.Id, cancels);
    }

    public async Task<IReadOnlyList<ScheduledMessageRow>> WaitingAsync() => await Get<ScheduledMessageQueries>().OfAsync(Conversation);

    /// <summary>Time goes by for what waits, by so much more than it needs; then what is due is done as a copy does it.</summary>
    public async Task PassAsync(TimeSpan late = default)
    {
        await DueAsync(late);
        await RunAsync();
    }

    /// <summary>What waits was to happen so long ago; the work list knows.</summary>
    public async Task DueAsync(TimeSpan late = default)
    {
        await Number.RunAsync(
            "UPDATE conversation_heads SET snoozed_until = now() - $2::interval WHERE tenant_id = $1 AND status = 'Snoozed' AND snoozed_until IS NOT NULL",
            late
        );
        await Number.RunAsync(
            "UPDATE scheduled_messages SET due_at = now() - $2::interval WHERE tenant_id = $1 AND state = 'Scheduled'",
            late
        );
        await Number.RunAsync("UPDATE work_list SET due_at = now() WHERE tenant_id = $1 AND kind = 'Later' AND due_at IS NOT NULL");
    }

    /// <summary>Several copies' looks at once, of this number only: other tests' numbers are on the same list.</summary>
    public async Task RunAsync(int copies = 1) =>
        await Task.WhenAll(
            Enumerable
                .Range(0, copies)
                .Select(async _ =>
                {
                    await _services.Provider.GetRequiredService<SnoozeReturn>().RunAsync(Tenant, Number.Instance, default);
                    await _services.Provider.GetRequiredService<ScheduledSender>().RunAsync(Tenant, Number.Instance, default);
                })
        );

    /// <summary>Everything that is due of any test's number, through the work list.</summary>
    public Task SweepAsync() => _services.Provider.GetRequiredService<LaterWork>().RunAsync(default);

    public async Task<ConversationHead> HeadAsync()
    {
        await using var db = await Get<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync();
        return await db.ConversationHeads.SingleAsync(h => h.ConversationId == Conversation);
    }

    public async Task<List<Message>> SentAsync()
    {
        await using var db = await Get<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync();
        return await db.Messages.Where(m => m.Direction == MessageDirection.Out && m.Delivery != null).OrderBy(m => m.SentAt).ToListAsync();
    }

    /// <summary>The lines of the thread, by their keys.</summary>
    public async Task<List<LineBody>> LinesAsync()
    {
        await using var db = await Get<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync();
        var bodies = await db.Messages.Where(m => m.Kind == MessageKind.Line).OrderBy(m => m.Id).Select(m => m.Body).ToListAsync();
        return bodies.ConvertAll(b => (LineBody)MessageBodyJson.Read(b));
    }

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _services.DisposeAsync();
    }
}
