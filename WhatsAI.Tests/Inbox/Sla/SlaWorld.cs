using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Inbox.Sla;

/// <summary>A company with targets, whose customers write to one number; what lapses does so when the test says it.</summary>
internal sealed class SlaWorld : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;

    private SlaWorld(TestServices services, CreatedTenant tenant, MessagingWorld number)
    {
        (Services, Company, Number) = (services, tenant, number);
        _scope = services.Enter(tenant);
    }

    public TestServices Services { get; }

    public CreatedTenant Company { get; }

    public MessagingWorld Number { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SlaWorld> CreateAsync(int? first = 60, int? next = 30, int? resolution = 600)
    {
        var services = await TestServices.StartAsync();
        var tenant = await services.NewTenantAsync();
        var world = new SlaWorld(services, tenant, await MessagingWorld.CreateAsync(tenant.Id));
        if (first is not null || next is not null || resolution is not null)
        {
            await world.TargetAsync(first, next, resolution);
        }

        return world;
    }

    public T Get<T>()
        where T : notnull => _scope.ServiceProvider.GetRequiredService<T>();

    public async Task<SlaTargetId> TargetAsync(
        int? first = null,
        int? next = null,
        int? resolution = null,
        TeamId? team = null,
        ConversationPriority? priority = null
    )
    {
        var id = await Get<SlaActions>().CreateAsync(team, priority, new SlaTimes(Time(first), Time(next), Time(resolution)), Ct);
        Hear();
        return id;
    }

    /// <summary>The other copy, in which the customers' messages are processed, hears of it.</summary>
    public void Hear() => Number.Hub.Publish(new TenantSettingsChanged(Company.Id));

    /// <summary>A customer writes; gives his conversation.</summary>
    public async Task<ConversationId> WriteAsync(int customer = 1, string text = "oi", params IInboundStep[] steps)
    {
        var phone = $"55119777{customer:D5}";
        var body = Hook.Text(text, Hook.NewId(), $"{phone}@s.whatsapp.net", alt: null);
        await Number.JournalAsync(System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()));
        await Number.ProcessAsync(Number.NewBatches([new AssignmentStep(), .. steps]));
        return new ConversationId(
            await Number.ScalarAsync<Guid>(
                "SELECT c.id FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.tenant_id = $1 AND p.phone = $2",
                $"+{phone}"
            )
        );
    }

    public Task<MessageId> AnswerAsync(ConversationId id, MessageOrigin origin = MessageOrigin.Agent) =>
        Number.Outbox.QueueAsync(
            Company.Id,
            new OutgoingMessage(id, new TextBody("olá"), origin, Lane.Reply, origin == MessageOrigin.Agent ? Company.OwnerId : null),
            Ct
        );

    public Task StatusAsync(ConversationId id, ConversationStatus status) => Get<ConversationActions>().SetStatusAsync(id, status, Ct);

    public async Task<SlaClock?> ClockAsync(ConversationId id) =>
        await HeadAsync<string>("sla::text", id) is { } json ? SlaClock.Read(json) : null;

    public Task<T?> HeadAsync<T>(string column, ConversationId id) =>
        Number.ScalarAsync<T>($"SELECT {column} FROM conversation_heads WHERE tenant_id = $1 AND conversation_id = $2", id.Value);

    public Task<T?> EpisodeAsync<T>(string expression, ConversationId id) =>
        Number.ScalarAsync<T>(
            $"SELECT {expression} FROM episodes WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY opened_at DESC LIMIT 1",
            id.Value
        );

    /// <summary>The customer has waited so much longer, and the conversation is measured by it.</summary>
    public async Task WaitedAsync(ConversationId id, TimeSpan longer)
    {
        await Number.RunAsync(
            "UPDATE conversation_heads SET waiting_since = waiting_since - $3::interval WHERE tenant_id = $1 AND conversation_id = $2",
            id.Value,
            longer
        );
        await Number.RunAsync(
            "INSERT INTO sla_recounts (tenant_id, instance_id, again_at) VALUES ($1, $2, now()) ON CONFLICT (tenant_id, instance_id) DO UPDATE SET done_at = NULL",
            Number.Instance.Value
        );
        await RecountAsync();
    }

    public Task RecountAsync() => Part<SlaRecount>().RunAsync(Company.Id, Number.Instance, Ct);

    /// <summary>Several copies look at once for what has lapsed.</summary>
    public Task WatchAsync(int copies = 1) =>
        Task.WhenAll(Enumerable.Range(0, copies).Select(_ => Part<SlaWatch>().RunAsync(Company.Id, Number.Instance, Ct)));

    public T Part<T>()
        where T : ILaterPart => Services.Provider.GetRequiredService<T>();

    /// <summary>Who was told what, as "kind user" in no order.</summary>
    public async Task<List<(NoticeKind Kind, UserId User)>> ToldAsync()
    {
        await using var command = Number.Owner.CreateCommand("SELECT kind, user_id FROM notices WHERE tenant_id = $1 ORDER BY at, id");
        command.Parameters.Add(new NpgsqlParameter { Value = Company.Id.Value });
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var told = new List<(NoticeKind, UserId)>();
        while (await reader.ReadAsync(Ct))
        {
            told.Add((Enum.Parse<NoticeKind>(reader.GetString(0)), new UserId(reader.GetGuid(1))));
        }

        return told;
    }

    /// <summary>Another member; with the numbers he sees, else all.</summary>
    public async Task<UserId> MemberAsync(Role role, TeamId? team = null)
    {
        var user = Id.New<UserId>(DateTimeOffset.UtcNow);
        await Number.RunAsync(
            """
            WITH u AS (
                INSERT INTO users (id, display_name, language, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at)
                VALUES ($2, 'Bia', 'pt-BR', true, false, false, true, 0, now()) RETURNING id
            )
            INSERT INTO memberships (tenant_id, user_id, role, created_at, sees_all_numbers) SELECT $1, id, $3, now(), true FROM u
            """,
            user.Value,
            role.ToString()
        );
        if (team is { } id)
        {
            await Number.RunAsync("INSERT INTO team_members (tenant_id, team_id, user_id) VALUES ($1, $2, $3)", id.Value, user.Value);
        }

        return user;
    }

    public async Task<TeamId> TeamAsync(string hours = "[]")
    {
        var team = Id.New<TeamId>(DateTimeOffset.UtcNow);
        var always = System.Text.Json.JsonSerializer.Serialize(
            Core.Common.BusinessHours.Always.Spans,
            System.Text.Json.JsonSerializerOptions.Web
        );
        await Number.RunAsync(
            "INSERT INTO teams (id, tenant_id, name, mode, hours, created_at) VALUES ($2, $1, $3, 'ByHand', $4::jsonb, now())",
            team.Value,
            "T" + team.Value.ToString("N")[^8..],
            hours == "[]" ? always : hours
        );
        return team;
    }

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await Services.DisposeAsync();
    }

    private static TimeSpan? Time(int? minutes) => minutes is { } m ? TimeSpan.FromMinutes(m) : null;
}
