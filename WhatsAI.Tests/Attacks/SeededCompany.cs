using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Inbox.Labels;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Inbox.Views;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Attacks;

/// <summary>A company with something of every kind that a company owns, and the ids of it all. Everything it says holds <see cref="Secret"/>.</summary>
internal sealed partial class SeededCompany
{
    private readonly string _owner;
    private readonly Dictionary<Type, List<object>> _ids = [];

    private SeededCompany(CreatedTenant tenant, string owner) => (Tenant, _owner) = (tenant, owner);

    public CreatedTenant Tenant { get; }

    /// <summary>A word that stands nowhere else.</summary>
    public string Secret { get; } = "segredo" + Guid.NewGuid().ToString("N")[..10];

    /// <summary>The company's own of an id's type; empty where the test does not know any yet.</summary>
    public IReadOnlyList<object> Of(Type id) => _ids.GetValueOrDefault(id) ?? [];

    /// <summary>Whatever would show that something of this company was shown.</summary>
    public IEnumerable<string> Traces =>
        _ids.Values.SelectMany(ids => ids).Where(id => id is not long).Select(id => id.ToString()!).Append(Secret);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SeededCompany> CreateAsync(TestServices services)
    {
        var tenant = await services.NewTenantAsync();
        var company = new SeededCompany(tenant, await TestDatabase.OwnerAsync());
        var world = await MessagingWorld.CreateAsync(tenant.Id);
        await company.ReceiveAsync(world);
        await company.AddRowsAsync(services, world);
        company.Add(tenant.Id, tenant.OwnerId, world.Instance);
        await company.ReadIdsAsync();
        return company;
    }

    /// <summary>The tables in which it has no row: what is not there cannot be stolen, so the test would prove nothing.</summary>
    public async Task<IReadOnlyList<string>> EmptyTablesAsync() =>
        await ListAsync(
            string.Join(
                " UNION ALL ",
                (await TablesAsync()).Select(t => $"SELECT '{t}' WHERE NOT EXISTS (SELECT 1 FROM {t} WHERE tenant_id = $1)")
            )
        );

    /// <summary>Changes when any of its rows does.</summary>
    public async Task<string> FingerprintAsync() =>
        string.Join(
            '\n',
            await ListAsync(
                string.Join(
                    " UNION ALL ",
                    (await TablesAsync()).Select(t =>
                        $"SELECT '{t} ' || coalesce(md5(string_agg(md5(r::text), '' ORDER BY md5(r::text))), '') FROM {t} r WHERE tenant_id = $1"
                    )
                )
                    + " UNION ALL SELECT 'tenants ' || md5(r::text) FROM tenants r WHERE id = $1"
                    + $" UNION ALL SELECT 'users ' || md5(r::text) FROM users r WHERE id = '{Tenant.OwnerId}'"
                    + $" UNION ALL SELECT 'user_sessions ' || md5(r::text) FROM user_sessions r WHERE user_id = '{Tenant.OwnerId}'"
            )
        );

    private async Task ReceiveAsync(MessagingWorld world)
    {
        var (first, reacted) = (Hook.NewId(), Payload.Json("messages.upsert.reaction.json"));
        reacted["data"]!["message"]!["reactionMessage"]!["key"]!["id"] = first;
        var group = Payload.Json("messages.upsert.group-text-pn.json");
        await world.DeliverAsync(
            Said(Hook.Text(Secret, first)),
            Said(Hook.Text("SAIR", Hook.NewId())),
            Said(reacted),
            Said(group),
            Said(Hook.FromPhone(Secret, Hook.NewId())),
            Hook.Receipt(Hook.NewId(), "READ"),
            Hook.Revoke(Hook.NewId()),
            Payload.Json("connection.update.close-428.json")
        );
        await world.JournalAsync(Encoding.UTF8.GetBytes($$"""{"event":"labels.edit","data":"{{Secret}}"}"""));
    }

    private JsonNode Said(JsonNode body)
    {
        body["data"]!["pushName"] = Secret;
        return body;
    }

    /// <summary>What only members and the ledger's workers make.</summary>
    private async Task AddRowsAsync(TestServices services, MessagingWorld world)
    {
        await using var scope = services.Enter(Tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        var now = DateTimeOffset.UtcNow;
        var conversation = await db.Conversations.FirstAsync(c => c.Kind == ConversationKind.Person, Ct);
        var file = new MediaFile
        {
            Id = Id.New<MediaId>(now),
            TenantId = Tenant.Id,
            Hash = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()).PadLeft(64, '0'),
            Size = 3,
            ContentType = "image/png",
            FileName = Secret + ".png",
            StoredAt = now,
        };
        db.Add(file);
        foreach (var delivery in Enum.GetValues<DeliveryState>())
        {
            db.Add(Ours(conversation, delivery, file, now));
        }

        var read = await db.Messages.FirstAsync(m => m.Direction == MessageDirection.In, Ct);
        db.Add(
            new ReadReceiptDue
            {
                TenantId = Tenant.Id,
                InstanceId = world.Instance,
                MessageId = read.Id,
                ConversationId = read.ConversationId,
                DueAt = now.AddHours(1),
            }
        );
        db.Add(
            new HeldEcho
            {
                TenantId = Tenant.Id,
                InstanceId = world.Instance,
                ProviderId = Hook.NewId(),
                JournalId = 1,
                HeldAt = now,
            }
        );
        db.Add(
            new WebhookRoute
            {
                Route = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()),
                TenantId = Tenant.Id,
                InstanceId = world.Instance,
                SecretHash = WebhookRoutes.HashOf(Secret),
            }
        );
        db.Add(
            new MemberNumber
            {
                TenantId = Tenant.Id,
                UserId = Tenant.OwnerId,
                InstanceId = world.Instance,
            }
        );
        db.Add(
            new ConnectionLogEntry
            {
                TenantId = Tenant.Id,
                InstanceId = world.Instance,
                At = now,
                State = InstanceState.Open,
                What = "log.open",
                Actor = Secret,
            }
        );
        var gap = new Gap
        {
            Id = Id.New<GapId>(now),
            TenantId = Tenant.Id,
            InstanceId = world.Instance,
            Cause = GapCause.Downtime,
            State = GapState.Filled,
            StartsAt = now,
            DueAt = now,
            Failure = Secret,
            CreatedAt = now,
        };
        db.Add(gap);
        db.Add(
            new GapConversation
            {
                TenantId = Tenant.Id,
                GapId = gap.Id,
                ConversationId = conversation.Id,
                Recovered = 1,
            }
        );
        AddTeam(db, conversation, now);
        AddCanned(db, now);
        AddLabel(db, conversation, now);
        db.Add(
            new ScheduledMessage(
                Id.New<ScheduledMessageId>(now),
                conversation,
                Tenant.OwnerId,
                new ScheduledWords(Secret, now.UtcDateTime.AddHours(6), "Etc/UTC", CancelsOnReply: true),
                now
            )
        );
        AddContacts(db, conversation, now);
        AddView(db, now);
        AddNote(db, conversation, now);
        AddSla(db, conversation, now);
        AddAlerts(db, world.Instance, now);
        AddCampaign(db, AddPool(db, world.Instance, now), conversation, world.Instance, now);
        AddTemplate(db, file, now);
        AddFailover(db, conversation, world.Instance, now);
        await db.SaveChangesAsync(Ct);
        await db.Instances.ExecuteUpdateAsync(set => set.SetProperty(i => i.Name, "Loja " + Secret), Ct);
        // Its line in the members' log comes with it.
        await scope.ServiceProvider.GetRequiredService<InvitationActions>().InviteAsync(Secret + "@aurora.example", Role.Agent, null, Ct);
        await scope.ServiceProvider.GetRequiredService<UserSessions>().BeginAsync(Tenant.OwnerId, Secret, null, Ct);
    }

    private void AddTeam(ConsoleDb db, Conversation conversation, DateTimeOffset now)
    {
        var team = new Team(Id.New<TeamId>(now), Tenant.Id, "Equipe " + Secret, now);
        var routing = new Routing(Tenant.Id, conversation.InstanceId);
        routing.To(team.Id, AssignmentMode.RoundRobin);
        db.AddRange(
            team,
            routing,
            new TeamMember
            {
                TenantId = Tenant.Id,
                TeamId = team.Id,
                UserId = Tenant.OwnerId,
            },
            new AgentState
            {
                TenantId = Tenant.Id,
                UserId = Tenant.OwnerId,
                SeenAt = now,
            },
            new AssignmentRequest
            {
                TenantId = Tenant.Id,
                ConversationId = conversation.Id,
                QueuedAt = now,
            }
        );
    }

    private void AddCanned(ConsoleDb db, DateTimeOffset now)
    {
        foreach (var (place, code) in new[] { (CannedPlace.Of(Tenant.OwnerId), "meu"), (CannedPlace.Tenant, "nosso") })
        {
            db.Add(new CannedResponse(Id.New<CannedResponseId>(now), Tenant.Id, place, code, Secret, Secret, now));
            db.Add(new Macro(Id.New<MacroId>(now), Tenant.Id, place, code, Secret, [new SendStep(Secret), new NoteStep(Secret)], now));
        }
    }

    private void AddLabel(ConsoleDb db, Conversation conversation, DateTimeOffset now)
    {
        var label = new Label(Id.New<LabelId>(now), Tenant.Id, "Etiqueta " + Secret, 3, now);
        db.Add(label);
        db.Add(
            new ConversationLabel
            {
                TenantId = Tenant.Id,
                ConversationId = conversation.Id,
                LabelId = label.Id,
            }
        );
    }

    private void AddView(ConsoleDb db, DateTimeOffset now)
    {
        var view = new InboxView(Id.New<InboxViewId>(now), Tenant.Id, owner: null, "Visão " + Secret, "unread=1", now);
        var own = new InboxView(Id.New<InboxViewId>(now), Tenant.Id, Tenant.OwnerId, "Minha " + Secret, "unread=1", now);
        var opens = new DefaultView
        {
            TenantId = Tenant.Id,
            UserId = Tenant.OwnerId,
            ViewId = view.Id,
        };
        var notifying = new NotifyingSettings
        {
            TenantId = Tenant.Id,
            UserId = Tenant.OwnerId,
            Quiet = new QuietHours([QuietSpan.Whole(DayOfWeek.Sunday)], "America/Sao_Paulo"),
        };
        db.AddRange(view, own, opens, notifying);
    }

    private Message Ours(Conversation conversation, DeliveryState delivery, MediaFile file, DateTimeOffset now) =>
        new()
        {
            Id = Id.New<MessageId>(now),
            TenantId = Tenant.Id,
            ConversationId = conversation.Id,
            InstanceId = conversation.InstanceId,
            Direction = MessageDirection.Out,
            Origin = MessageOrigin.Agent,
            Kind = MessageKind.Text,
            Text = Secret,
            Body = MessageBodyJson.Write(new TextBody(Secret)),
            ProviderId = delivery is DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Read ? Hook.NewId() : null,
            SentAt = now,
            CreatedAt = now,
            AttemptedAt = delivery is DeliveryState.Queued ? null : now,
            AuthorId = Tenant.OwnerId,
            MediaId = delivery == DeliveryState.Failed ? file.Id : null,
            MediaState = delivery == DeliveryState.Failed ? MediaState.Failed : null,
            Delivery = delivery,
            Lane = Lane.Reply,
            ClientKey = Guid.NewGuid(),
        };

    private async Task ReadIdsAsync()
    {
        await ReadAsync<ConversationId>("SELECT id FROM conversations WHERE tenant_id = $1");
        await ReadAsync<MessageId>("SELECT id FROM messages WHERE tenant_id = $1");
        await ReadAsync<ContactId>("SELECT id FROM contacts WHERE tenant_id = $1");
        await ReadAsync<EpisodeId>("SELECT id FROM episodes WHERE tenant_id = $1");
        await ReadAsync<MediaId>("SELECT id FROM media_files WHERE tenant_id = $1");
        await ReadAsync<GapId>("SELECT id FROM gaps WHERE tenant_id = $1");
        await ReadAsync<InvitationId>("SELECT id FROM invitations WHERE tenant_id = $1");
        await ReadAsync<TeamId>("SELECT id FROM teams WHERE tenant_id = $1");
        await ReadAsync<CannedResponseId>("SELECT id FROM canned_responses WHERE tenant_id = $1");
        await ReadAsync<MacroId>("SELECT id FROM macros WHERE tenant_id = $1");
        await ReadAsync<NoticeId>("SELECT id FROM notices WHERE tenant_id = $1");
        await ReadAsync<SurveyId>("SELECT id FROM surveys WHERE tenant_id = $1");
        await ReadAsync<SlaTargetId>("SELECT id FROM sla_targets WHERE tenant_id = $1");
        await ReadAsync<AlertId>("SELECT id FROM alerts WHERE tenant_id = $1");
        await ReadAsync<AlertChannelId>("SELECT id FROM alert_channels WHERE tenant_id = $1");
        await ReadContactIdsAsync();
        await ReadAsync<LabelId>("SELECT id FROM labels WHERE tenant_id = $1");
        await ReadAsync<ScheduledMessageId>("SELECT id FROM scheduled_messages WHERE tenant_id = $1");
        await ReadAsync<InboxViewId>("SELECT id FROM inbox_views WHERE tenant_id = $1");
        await ReadAsync<PoolId>("SELECT id FROM pools WHERE tenant_id = $1");
        await ReadAsync<FailoverId>("SELECT id FROM failovers WHERE tenant_id = $1");
        await ReadAsync<GatewayServerId>("SELECT id FROM gateway_servers WHERE tenant_id = $1");
        Add([
            .. (await ListAsync("SELECT client_key::text FROM messages WHERE tenant_id = $1 AND client_key IS NOT NULL")).Select(
                Guid.Parse
            ),
        ]);
        Add([
            .. (await ListAsync($"SELECT id::text FROM user_sessions WHERE user_id = '{Tenant.OwnerId}' AND $1::uuid IS NOT NULL")).Select(
                Guid.Parse
            ),
        ]);
        Add([.. (await ListAsync("SELECT id::text FROM journal WHERE tenant_id = $1")).Select(long.Parse)]);
    }

    private async Task ReadAsync<T>(string sql)
        where T : struct, IId<T> =>
        Add([
            .. (await ListAsync(sql.Replace("SELECT id", "SELECT id::text", StringComparison.Ordinal))).Select(id =>
                T.From(Guid.Parse(id))
            ),
        ]);

    private void Add<T>(params T[] ids)
        where T : struct
    {
        if (!_ids.TryGetValue(typeof(T), out var known))
        {
            _ids[typeof(T)] = known = [];
        }

        known.AddRange(ids.Cast<object>());
    }

    private void Add(TenantId tenant, UserId user, InstanceId instance)
    {
        Add(tenant);
        Add(user);
        Add(instance);
    }

    private Task<List<string>> TablesAsync() =>
        ListAsync(
            """
            SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND $1::uuid IS NOT NULL ORDER BY 1
            """
        );

    /// <summary>By the owner role, which sees everything: $1 is the tenant.</summary>
    private async Task<List<string>> ListAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_owner);
        await connection.OpenAsync(Ct);
        await using var command = connection.Sql(sql, Tenant.Id.Value);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var list = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            list.Add(reader.GetString(0));
        }

        return list;
    }
}
