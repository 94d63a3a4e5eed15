using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>A tenant of the test's own with a number, and the real journal, inbound batch and ledger on the shared database.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The journal lives as long as the test run, like the database."
)]
internal sealed class MessagingWorld
{
    private readonly Journal _journal;

    private MessagingWorld(NpgsqlDataSource database, NpgsqlDataSource owner, string keyFile, TenantId tenant, InstanceId instance)
    {
        (Database, Owner, Tenant, Instance) = (database, owner, tenant, instance);
        Erased = new ErasedPeople(() => MasterKey.Load(null, keyFile));
        Signal = new InboundSignal();
        Work = new WorkList(database);
        _journal = new Journal(database, Signal, NullLogger<Journal>.Instance);
        Queue = NewQueue(database);
        Clocks = new SlaRulesCache(database, Hub, TimeProvider.System);
        Merges = new ContactMerges([new SendContactStep(), new ConversationContactStep(Clocks)]);
        Batches = NewBatches();
        Outbox = new Outbox(database, Clocks, Hub, new WorkSignal(), TimeProvider.System);
    }

    public NpgsqlDataSource Database { get; }
    public NpgsqlDataSource Owner { get; }
    public TenantId Tenant { get; }
    public InstanceId Instance { get; }
    public EventHub Hub { get; } = new();
    public InboundSignal Signal { get; }
    public WorkList Work { get; }
    public SlaRulesCache Clocks { get; }
    public ContactMerges Merges { get; }
    public ErasedPeople Erased { get; }
    public InboundBatch Batches { get; }
    public LedgerQueue Queue { get; }
    public Outbox Outbox { get; }

    public static async Task<MessagingWorld> CreateAsync(TenantId? shared = null)
    {
        var owner = await TestDatabase.OwnerSourceAsync();
        var now = DateTimeOffset.UtcNow;
        var tenant = shared ?? Id.New<TenantId>(now);
        var instance = Id.New<InstanceId>(now);
        var server = Id.New<GatewayServerId>(now);
        var (t, i, s) = (tenant.Value, instance.Value, server.Value);
        await using var batch = owner.CreateBatch();
        Add(
            batch,
            """
            INSERT INTO tenants (id, name, slug, time_zone, language, sends_read_receipts, opt_out_words, created_at)
            VALUES ($1, 'Teste', $2, 'America/Sao_Paulo', 'pt-BR', true, '{sair,parar}', now()) ON CONFLICT DO NOTHING
            """,
            t,
            "t-" + t.ToString("N")[^20..]
        );
        Add(
            batch,
            "INSERT INTO gateway_servers (id, tenant_id, name, kind, address, encrypted_key, created_at) VALUES ($1, $2, $3, 'Evolution', 'http://127.0.0.1:9', '', now())",
            s,
            t,
            "S" + s.ToString("N")
        );
        Add(
            batch,
            "INSERT INTO instances (id, tenant_id, gateway_server_id, name, encrypted_token, settings, created_at) VALUES ($1, $2, $3, $4, '', '{}', now())",
            i,
            t,
            s,
            "Vendas " + i.ToString("N")[^6..]
        );
        Add(
            batch,
            "INSERT INTO instance_statuses (tenant_id, instance_id, state, state_since, qr_count) VALUES ($1, $2, 'Open', now(), 0)",
            t,
            i
        );
        await batch.ExecuteNonQueryAsync();
        await using (var connection = await owner.OpenConnectionAsync())
        {
            await WorkList.AddAsync(connection, tenant, instance, CancellationToken.None);
        }

        var world = new MessagingWorld(await TestDatabase.SourceAsync(), owner, await TestDatabase.KeyFileAsync(), tenant, instance);
        await world._journal.StartAsync(CancellationToken.None);
        return world;
    }

    /// <summary>A second copy's worker on the same instance; with steps of the test's own after the usual ones.</summary>
    public InboundBatch NewBatches(params IEnumerable<IInboundStep> more) =>
        new(
            Database,
            new InboundPipeline([
                new ConnectionInboundStep(),
                new GroupStep(),
                new TypingStep(Hub),
                new OptOutStep(),
                new WatchStep(),
                .. more,
            ]),
            new TenantSettingsCache(Database, new EventHub(), TimeProvider.System),
            Clocks,
            Merges,
            Erased,
            Hub,
            new WorkSignal(),
            NullLogger<InboundBatch>.Instance
        );

    /// <summary>A copy's ledger.</summary>
    /// <param name="ahead">How far the clock that paces is ahead of the database's.</param>
    public LedgerQueue NewQueue(NpgsqlDataSource database, TimeSpan ahead = default, TimeProvider? time = null)
    {
        var clock = new PaceClock { Ahead = ahead };
        var signal = new WorkSignal();
        var turns = new CampaignTurns(new CampaignLane(database, Hub, signal, clock), Erased, clock);
        return new LedgerQueue(database, turns, clock, Hub, signal, Signal, time ?? TimeProvider.System);
    }

    /// <summary>Journals the bodies as a webhook would, and processes all that waits.</summary>
    public async Task DeliverAsync(params JsonNode[] bodies)
    {
        await JournalAsync([.. bodies.Select(b => Encoding.UTF8.GetBytes(b.ToJsonString()))]);
        await ProcessAsync();
    }

    public async Task JournalAsync(params byte[][] bodies)
    {
        foreach (var body in bodies)
        {
            await _journal.AppendAsync(Tenant, Instance, body, CancellationToken.None);
        }
    }

    public async Task ProcessAsync(InboundBatch? batches = null)
    {
        while (await (batches ?? Batches).ProcessAsync(Instance, CancellationToken.None) != BatchResult.Done)
        {
            await Task.Yield();
        }
    }

    public Task<T?> OneAsync<T>(string sql, params object[] values) => ScalarAsync<T>(sql, values);

    /// <summary>By the owner role, which sees everything: $1 is the tenant.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Owner.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = Tenant.Value });
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync() is T result ? result : default;
    }

    public async Task<List<string>> ListAsync(string sql, params object[] values)
    {
        await using var command = Owner.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = Tenant.Value });
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync();
        var list = new List<string>();
        while (await reader.ReadAsync())
        {
            list.Add(reader.GetString(0));
        }

        return list;
    }

    public async Task<int> CountAsync(string table) =>
        (int)(long)(await ScalarAsync<object>($"SELECT count(*) FROM {table} WHERE tenant_id = $1"))!;

    public Task RunAsync(string sql, params object[] values) => ScalarAsync<object>(sql, values);

    public async Task<WorkClaim> ClaimOutboundAsync()
    {
        await RunAsync(
            "UPDATE work_list SET due_at = now(), lease_until = NULL WHERE tenant_id = $1 AND kind = 'Outbound' AND instance_id = $2",
            Instance.Value
        );
        while (true)
        {
            // Other tests' instances may be due as well: what is not ours is left to run out.
            var claims = await Work.ClaimAsync(WorkKind.Outbound, 100, CancellationToken.None);
            if (claims.FirstOrDefault(c => c.Instance == Instance) is { } mine)
            {
                return mine;
            }
        }
    }

    public async Task<ConversationId> ConversationAsync() =>
        new(
            (await ScalarAsync<object>("SELECT id FROM conversations WHERE tenant_id = $1 ORDER BY created_at LIMIT 1")) is Guid id
                ? id
                : default
        );

    /// <summary>Whether the counters say what the rows say.</summary>
    public async Task CountersShouldBeTrueAsync() =>
        (
            await ScalarAsync<object>(
                """
                SELECT count(*) FROM (
                    SELECT instance_id, kind, status, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000') AS assignee_id,
                        coalesce(team_id, '00000000-0000-0000-0000-000000000000') AS team_id, count(*)::int AS conversations, count(*) FILTER (WHERE unread > 0)::int AS unread
                    FROM conversation_heads WHERE tenant_id = $1 GROUP BY 1, 2, 3, 4, 5
                ) h FULL JOIN (SELECT * FROM conversation_counts WHERE tenant_id = $1 AND (conversations <> 0 OR unread <> 0)) c USING (instance_id, kind, status, assignee_id, team_id)
                WHERE h.conversations IS DISTINCT FROM c.conversations OR h.unread IS DISTINCT FROM c.unread
                """
            )
        ).ShouldBe(0L);

    private static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        batch.BatchCommands.Add(command);
    }
}

/// <summary>Evolution's webhooks as a running server sends them, with what a test cares about changed.</summary>
internal static class Hook
{
    private static int _next;

    public static string NewId() => $"3A{Interlocked.Increment(ref _next):X8}{Guid.NewGuid():N}"[..24].ToUpperInvariant();

    public static JsonNode Text(
        string text,
        string id,
        string from = "5511977770001@s.whatsapp.net",
        string? alt = "222333444555666@lid",
        long? at = null
    )
    {
        var body = Payload.Json("messages.upsert.text-pn.json");
        var data = body["data"]!;
        data["key"]!["id"] = id;
        data["key"]!["remoteJid"] = from;
        data["key"]!["remoteJidAlt"] = alt;
        data["message"] = new JsonObject { ["conversation"] = text };
        data["messageTimestamp"] = at ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return body;
    }

    public static JsonNode FromPhone(string text, string id, string to = "5511977770001@s.whatsapp.net", long? at = null)
    {
        var body = Text(text, id, to, null, at);
        body["data"]!["key"]!["fromMe"] = true;
        return body;
    }

    public static JsonNode Echo(string text, string id, string to = "5511977770001@s.whatsapp.net")
    {
        var body = FromPhone(text, id, to);
        body["event"] = "send.message";
        body["data"]!["status"] = "PENDING";
        return body;
    }

    public static JsonNode Receipt(string id, string status, bool fromMe = true)
    {
        var body = Payload.Json("messages.update.status-READ.json");
        body["data"]!["keyId"] = id;
        body["data"]!["status"] = status;
        body["data"]!["fromMe"] = fromMe;
        return body;
    }

    public static JsonNode Edit(string id, string text, long atMs = 1795219991001)
    {
        var body = Payload.Json("messages.edited.edited.json");
        body["data"]!["key"]!["id"] = id;
        body["data"]!["editedMessage"] = new JsonObject { ["conversation"] = text };
        body["data"]!["timestampMs"] = atMs.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return body;
    }

    public static JsonNode Revoke(string id)
    {
        var body = Payload.Json("messages.delete.revoke-part2-update.json");
        body["data"]!["id"] = id;
        return body;
    }
}
