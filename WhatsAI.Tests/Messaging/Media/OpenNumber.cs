using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Media;

/// <summary>A number of a new company that is open at a sandbox, with one customer's conversation.</summary>
internal sealed class OpenNumber : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("whatsai-media-").FullName;

    private OpenNumber(SandboxProcess sandbox) => Sandbox = sandbox;

    public SandboxProcess Sandbox { get; }

    public TestServices Services { get; private set; } = null!;

    public CreatedTenant Tenant { get; private set; } = null!;

    public InstanceId Instance { get; private set; }

    public ContactId Customer { get; private set; }

    public ConversationId Conversation { get; private set; }

    public string Name => Instance.ToString();

    public string MediaDirectory => _directory;

    /// <summary>What was published about this company.</summary>
    public ConcurrentQueue<ConsoleEvent> Events { get; } = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<OpenNumber> StartAsync(SandboxProcess sandbox, params (string Key, string Value)[] settings)
    {
        var number = new OpenNumber(sandbox);
        number.Services = await TestServices.StartAsync([
            ("GatewayServers:Shared:0:Name", "Sandbox"),
            ("GatewayServers:Shared:0:Address", sandbox.Address.ToString()),
            ("GatewayServers:Shared:0:Key", SandboxProcess.Key),
            ("Media:Directory", number._directory),
            .. settings,
        ]);
        number.Tenant = await number.Services.NewTenantAsync();
        number.Get<EventHub>().Subscribe(number.Tenant.Id, number.Note);
        await number.CreateAsync();
        return number;
    }

    public T Get<T>()
        where T : notnull => Services.Provider.GetRequiredService<T>();

    public async Task<T> InDbAsync<T>(Func<ConsoleDb, Task<T>> read)
    {
        await using var scope = Services.Enter(Tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        return await read(db);
    }

    public Task AddAsync(params object[] rows) =>
        InDbAsync(async db =>
        {
            db.AddRange(rows);
            return await db.SaveChangesAsync(Ct);
        });

    /// <summary>A customer's message that is stored here, as the inbound worker leaves it.</summary>
    public async Task<MessageId> StoreAsync(string providerId, MessageBody body, int attempts = 0)
    {
        var now = DateTimeOffset.UtcNow;
        var id = Id.New<MessageId>(now);
        await AddAsync(
            new Message
            {
                Id = id,
                TenantId = Tenant.Id,
                ConversationId = Conversation,
                InstanceId = Instance,
                Direction = MessageDirection.In,
                Origin = MessageOrigin.Customer,
                Kind = body.Kind,
                Text = body.Plain,
                Body = MessageBodyJson.Write(body),
                ProviderId = providerId,
                SentAt = now,
                CreatedAt = now,
                SenderId = Customer,
                MediaState = body.File is null ? null : MediaState.Pending,
                MediaAttempts = (short)attempts,
                MediaDueAt = body.File is null ? null : now.AddSeconds(-1),
            }
        );
        return id;
    }

    /// <summary>A customer sends a file, and its message is stored here.</summary>
    public async Task<MessageId> ReceiveAsync(SandboxWrite write, long? size = null, string? fileName = null)
    {
        var providerId = (await Sandbox.Control.WriteAsync(Name, write))[0];
        return await StoreAsync(providerId, new ImageBody(Reference(providerId, size, fileName)));
    }

    public static MediaReference Reference(string providerId, long? size = null, string? fileName = null) =>
        new("image/jpeg", size, fileName, ProviderKey: $$"""{"Id":"{{providerId}}"}""");

    public Task<Message> MessageAsync(MessageId id) => InDbAsync(db => db.Messages.SingleAsync(m => m.Id == id, Ct));

    public Task<MediaFile> FileAsync(MediaId id) => InDbAsync(db => db.MediaFiles.SingleAsync(f => f.Id == id, Ct));

    /// <summary>Claims this number's work whether it is due or not.</summary>
    public async Task<HeldClaim> ClaimAsync(WorkKind kind)
    {
        var asked = TimeProvider.System.GetTimestamp();
        await using var connection = await Get<NpgsqlDataSource>().OpenConnectionAsync(Ct);
        await using var command = connection.Sql(
            """
            UPDATE work_list SET epoch = epoch + 1, lease_until = now() + interval '25 s' WHERE kind = $1 AND instance_id = $2
            RETURNING epoch, lease_until
            """,
            kind.ToString(),
            Instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(Ct);
        (await reader.ReadAsync(Ct)).ShouldBeTrue();
        var claim = new WorkClaim(kind, Tenant.Id, Instance, reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1));
        return new HeldClaim(claim, Get<WorkList>(), TimeProvider.System, asked, Ct);
    }

    /// <summary>When the work is due again, from now; null when it is not. A lease that is still held fails the test.</summary>
    public async Task<TimeSpan?> DueInAsync(WorkKind kind)
    {
        await using var connection = await Get<NpgsqlDataSource>().OpenConnectionAsync(Ct);
        await using var command = connection.Sql(
            "SELECT due_at - now(), lease_until IS NULL FROM work_list WHERE kind = $1 AND instance_id = $2",
            kind.ToString(),
            Instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(Ct);
        (await reader.ReadAsync(Ct)).ShouldBeTrue();
        reader.GetBoolean(1).ShouldBeTrue("the claim was not given back");
        return reader.IsDBNull(0) ? null : reader.GetTimeSpan(0);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task CreateAsync()
    {
        await using var scope = Services.Enter(Tenant);
        var server = await InDbAsync(db => db.GatewayServers.Select(s => s.Id).SingleAsync(Ct));
        Instance = await scope.ServiceProvider.GetRequiredService<InstanceCreation>().CreateAsync("Loja", server, Ct);
        var at = await Get<GatewayConnections>().OfInstanceAsync(Tenant.Id, Instance, Ct);
        await Sandbox.Control.AddAsync(new SandboxNumber { Name = Name, Token = at.InstanceToken! });
        var now = DateTimeOffset.UtcNow;
        Customer = Id.New<ContactId>(now);
        Conversation = Id.New<ConversationId>(now);
        await AddAsync(
            new Contact
            {
                Id = Customer,
                TenantId = Tenant.Id,
                CreatedAt = now,
            },
            new Conversation
            {
                Id = Conversation,
                TenantId = Tenant.Id,
                InstanceId = Instance,
                Kind = ConversationKind.Person,
                ContactId = Customer,
                CreatedAt = now,
            }
        );
    }

    private bool Note(ConsoleEvent e)
    {
        Events.Enqueue(e);
        return false;
    }
}
