using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Inbox;

/// <summary>A company whose numbers lead somewhere, with agents; the real inbound batch, queue and choice.</summary>
internal sealed class TeamWorld(MessagingWorld number)
{
    private readonly WorkSignal _signal = new();

    public MessagingWorld Number { get; } = number;

    public TenantId Tenant => Number.Tenant;

    public static async Task<TeamWorld> CreateAsync(MessagingWorld? beside = null) => new(await MessagingWorld.CreateAsync(beside?.Tenant));

    /// <summary>A copy's worker.</summary>
    public AssignmentWorker NewWorker() =>
        new(
            Number.Database,
            Number.Hub,
            TimeProvider.System,
            new WorkTools(Number.Work, _signal, TimeProvider.System),
            NullLogger<AssignmentWorker>.Instance
        );

    public Task GiveAsync() => NewWorker().GiveAsync(Tenant, CancellationToken.None);

    public async Task<UserId> AgentAsync(
        string name,
        int? capacity = null,
        Presence said = Presence.Online,
        bool here = true,
        InstanceId[]? numbers = null,
        TeamId[]? teams = null
    )
    {
        var user = Id.New<UserId>(DateTimeOffset.UtcNow);
        await RunAsync(
            """
            WITH u AS (
                INSERT INTO users (id, display_name, language, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at)
                VALUES ($2, $3, 'pt-BR', true, false, false, true, 0, now()) RETURNING 1
            )
            INSERT INTO memberships (tenant_id, user_id, role, created_at, sees_all_numbers) SELECT $1, $2, 'Agent', now(), $4 FROM u
            """,
            user.Value,
            name,
            numbers is null
        );
        await RunAsync(
            "INSERT INTO agents (tenant_id, user_id, presence, capacity, seen_at) VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN now() END)",
            user.Value,
            said.ToString(),
            new Npgsql.NpgsqlParameter { Value = (object?)capacity ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
            here
        );
        foreach (var seen in numbers ?? [])
        {
            await RunAsync("INSERT INTO member_numbers (tenant_id, user_id, instance_id) VALUES ($1, $2, $3)", user.Value, seen.Value);
        }

        foreach (var team in teams ?? [])
        {
            await RunAsync("INSERT INTO team_members (tenant_id, team_id, user_id) VALUES ($1, $2, $3)", team.Value, user.Value);
        }

        return user;
    }

    public async Task<TeamId> TeamAsync(string name, AssignmentMode mode)
    {
        var id = Id.New<TeamId>(DateTimeOffset.UtcNow);
        await RunAsync(
            "INSERT INTO teams (id, tenant_id, name, mode, hours, created_at) VALUES ($2, $1, $3, $4, '[]', now())",
            id.Value,
            name,
            mode.ToString()
        );
        return id;
    }

    public Task RouteAsync(AssignmentMode mode, TeamId? team = null) =>
        RunAsync(
            "INSERT INTO routings (tenant_id, instance_id, team_id, mode) VALUES ($1, $2, $3, $4)",
            Number.Instance.Value,
            new Npgsql.NpgsqlParameter { Value = (object?)team?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
            mode.ToString()
        );

    /// <summary>A customer writes; his conversation opens, or goes on.</summary>
    public async Task WriteAsync(int customer, string text = "oi")
    {
        await Number.JournalAsync(Body(customer, text));
        await ProcessAsync();
    }

    public Task JournalAsync(IEnumerable<int> customers) => Number.JournalAsync([.. customers.Select(c => Body(c, "oi"))]);

    public Task ProcessAsync() => Number.ProcessAsync(Number.NewBatches(new AssignmentStep()));

    public async Task<UserId?> OwnerAsync(int customer) =>
        await Number.ScalarAsync<object>(
            "SELECT h.assignee_id FROM conversation_heads h WHERE h.tenant_id = $1 AND h.conversation_id = $2",
            (await ConversationAsync(customer)).Value
        )
            is Guid user
            ? new UserId(user)
            : null;

    public async Task<ConversationId> ConversationAsync(int customer) =>
        new(
            (Guid)
                (
                    await Number.ScalarAsync<object>(
                        "SELECT c.id FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.tenant_id = $1 AND p.phone = $2",
                        $"+{Phone(customer)}"
                    )
                )!
        );

    public AssignmentActions Actions(UserId by, Role role = Role.Agent, params InstanceId[]? numbers) =>
        new(Number.Database, Member(by, role, numbers), Number.Clocks, Number.Hub, _signal, TimeProvider.System);

    public ConversationActions Conversations(UserId by) =>
        new(
            Number.Database,
            Member(by, Role.Agent, null),
            new TenantSettingsCache(Number.Database, Number.Hub, TimeProvider.System),
            Number.Clocks,
            Number.Hub,
            _signal,
            TimeProvider.System,
            [new RoomStep()]
        );

    public NoteActions Notes(UserId by, string name = "Ana", params InstanceId[]? numbers) =>
        new(
            Number.Database,
            Member(by, Role.Agent, numbers, name),
            Number.Hub,
            new Limits(Options.Create(new LimitOptions())),
            TimeProvider.System
        );

    public NoticeActions Bell(UserId by) => new(Number.Database, Member(by, Role.Agent, null), Number.Hub);

    public NoticeQueries Told(UserId by, params InstanceId[]? numbers) =>
        new(Number.Database, new NoticeCounts(Number.Database, TimeProvider.System), Member(by, Role.Agent, numbers));

    public MessageQueries Messages(UserId by) => new(Number.Database, Member(by, Role.Agent, null));

    public Task RunAsync(string sql, params object[] values) => Number.RunAsync(sql, values);

    private CurrentMember Member(UserId by, Role role, InstanceId[]? numbers, string name = "Ana")
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(Tenant, by, new MemberAccess(role, numbers is { Length: > 0 } ? [.. numbers] : null), name);
        return member;
    }

    private static byte[] Body(int customer, string text) =>
        Encoding.UTF8.GetBytes(Hook.Text(text, Hook.NewId(), $"{Phone(customer)}@s.whatsapp.net", alt: null).ToJsonString());

    private static string Phone(int customer) => $"5511966{customer:D6}";
}
