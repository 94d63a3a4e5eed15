using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>A company with linked numbers on a running console's database, and the composer's way into its ledger.</summary>
internal sealed class CrashWorld : IAsyncDisposable
{
    private readonly NpgsqlDataSource _owner;
    private readonly SandboxProcess _sandbox;
    private readonly List<LinkedNumber> _numbers = [];

    public CrashWorld(string app, string owner, SandboxProcess sandbox)
    {
        App = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(app) { ApplicationName = "composer", MaxPoolSize = 12 });
        _owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(owner) { ApplicationName = "judge", MaxPoolSize = 4 });
        _sandbox = sandbox;
        Tenant = Id.New<TenantId>(DateTimeOffset.UtcNow);
        Outbox = new Outbox(
            App,
            new SlaRulesCache(App, new EventHub(), TimeProvider.System),
            new EventHub(),
            new WorkSignal(),
            TimeProvider.System
        );
    }

    public TenantId Tenant { get; private set; }

    /// <summary>The app role, as the console uses it.</summary>
    public NpgsqlDataSource App { get; }

    public Outbox Outbox { get; }

    public IReadOnlyList<LinkedNumber> Numbers => _numbers;

    /// <summary>How many messages customers were told to write.</summary>
    public int Told { get; private set; }

    public Task AddTenantAsync() =>
        RunAsync(
            """
            INSERT INTO tenants (id, name, slug, time_zone, language, sends_read_receipts, opt_out_words, created_at)
            VALUES ($1, 'Aurora', $2, 'America/Sao_Paulo', 'pt-BR', true, '{sair,parar}', now())
            """,
            "t-" + Tenant.Value.ToString("N")[^12..]
        );

    /// <summary>A company that the console made itself, with people who can sign in.</summary>
    public async Task UseTenantAsync(string slug) =>
        Tenant = new TenantId(await ScalarAsync<Guid>("SELECT id FROM tenants WHERE $1 IS NOT NULL AND slug = $2", slug));

    /// <summary>A linked number whose gateway posts to this console.</summary>
    public async Task<LinkedNumber> AddNumberAsync(Uri console, SandboxBehaviour? behaviour = null)
    {
        var number = await LinkedNumber.AddAsync(_owner, Tenant, console, _sandbox, behaviour);
        lock (_numbers)
        {
            _numbers.Add(number);
        }

        return number;
    }

    /// <summary>Customers write at a steady rate each, <paramref name="count"/> times, the first at once. Returns before the last has written.</summary>
    public async Task WriteAsync(LinkedNumber number, int customers, int count, double ratePerSecond)
    {
        for (var i = 0; i < customers; i++)
        {
            await WriteAsync(
                number,
                new SandboxWrite
                {
                    From = $"55119777{i:00000}",
                    Name = $"Cliente {i}",
                    Text = $"pergunta de {i}",
                    Count = count,
                    RatePerSecond = ratePerSecond,
                }
            );
        }
    }

    public Task WriteAsync(LinkedNumber number, SandboxWrite write)
    {
        Told += write.Count;
        return _sandbox.Control.WriteAsync(number.Name, write);
    }

    /// <summary>The conversations of a number, once there are so many.</summary>
    public async Task<IReadOnlyList<ConversationId>> ConversationsAsync(LinkedNumber number, int count)
    {
        var found = new List<ConversationId>();
        await Wait.UntilAsync(
            async () =>
            {
                found.Clear();
                await using var command = _owner.CreateCommand("SELECT id FROM conversations WHERE instance_id = $1 ORDER BY id");
                command.Parameters.Add(new NpgsqlParameter { Value = number.Id.Value });
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    found.Add(new ConversationId(reader.GetGuid(0)));
                }

                return found.Count >= count;
            },
            $"{count} conversations"
        );
        return found;
    }

    /// <summary>As the composer does.</summary>
    public Task<MessageId> ReplyAsync(ConversationId conversation, string text) =>
        Outbox.QueueAsync(
            Tenant,
            new OutgoingMessage(conversation, new TextBody(text), MessageOrigin.Agent, Lane.Reply, ClientKey: Guid.NewGuid())
        );

    /// <summary>A message's state and reason: "Sent", "Failed failed.rejected".</summary>
    public async Task<string> StateAsync(MessageId message) =>
        await ScalarAsync<string>("SELECT concat_ws(' ', delivery, reason) FROM messages WHERE tenant_id = $1 AND id = $2", message.Value)
        ?? "gone";

    /// <summary>By the owner role, which sees everything: $1 is the tenant.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync() is T result ? result : default;
    }

    public async Task<List<string>> ListAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var list = new List<string>();
        while (await reader.ReadAsync())
        {
            list.Add(reader.GetString(0));
        }

        return list;
    }

    public Task RunAsync(string sql, params object[] values) => ScalarAsync<object>(sql, values);

    /// <summary>After the database was stopped: connections to the one before are no good.</summary>
    public void ForgetConnections()
    {
        App.Clear();
        _owner.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _owner.DisposeAsync();
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = _owner.CreateCommand(sql);
        foreach (var value in values.Prepend(Tenant.Value))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
