using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Tenancy;

/// <summary>A company with two numbers; on the first there is one of everything that can be seen or acted upon.</summary>
internal sealed class SightWorld
{
    private const string Phone = "5511977770001";
    private readonly MessagingWorld _first;
    private PoolId? _pool;

    private SightWorld(MessagingWorld first, InstanceId other) => (_first, Other) = (first, other);

    public TenantId Tenant => _first.Tenant;
    public InstanceId Instance => _first.Instance;
    public InstanceId Other { get; }
    public ConversationId Conversation { get; private set; }
    public MessageId Received { get; private set; }
    public MessageId Sent { get; private set; }
    public MessageId Failed { get; private set; }
    public MessageId Doubtful { get; private set; }
    public MediaId File { get; private set; }
    public MediaId Picture { get; private set; }
    public long Journal { get; private set; }

    public static async Task<SightWorld> CreateAsync()
    {
        var first = await MessagingWorld.CreateAsync();
        var second = await MessagingWorld.CreateAsync(first.Tenant);
        var world = new SightWorld(first, second.Instance);
        await first.DeliverAsync(Hook.Text("oi", Hook.NewId(), $"{Phone}@s.whatsapp.net", alt: null));
        world.Conversation = await first.ConversationAsync();
        world.Received = new MessageId((Guid)(await first.ScalarAsync<object>("SELECT id FROM messages WHERE tenant_id = $1"))!);
        world.Sent = await world.OursAsync("Sent", "3A0000000000000000000001");
        world.Failed = await world.OursAsync("Failed", null);
        world.Doubtful = await world.OursAsync("Unconfirmed", null);
        (world.File, world.Picture) = (await world.FileAsync(), await world.FileAsync());
        await first.RunAsync("UPDATE messages SET media_id = $3 WHERE tenant_id = $1 AND id = $2", world.Received.Value, world.File.Value);
        await first.RunAsync("UPDATE contacts SET picture_id = $2 WHERE tenant_id = $1", world.Picture.Value);
        world.Journal = (long)(await first.ScalarAsync<object>("SELECT max(id) FROM journal WHERE tenant_id = $1"))!;
        await first.RunAsync(
            "INSERT INTO connection_log (tenant_id, instance_id, at, state, what) VALUES ($1, $2, now(), 'Open', 'connected')",
            world.Instance.Value
        );
        return world;
    }

    public Task GapAsync() =>
        _first.RunAsync(
            """
            INSERT INTO gaps (id, tenant_id, instance_id, cause, state, starts_at, due_at, found, attempts, created_at, ended_at)
            VALUES (gen_random_uuid(), $1, $2, 'Downtime', 'Filled', now(), now(), 0, 0, now(), now())
            """,
            Instance.Value
        );

    /// <summary>A gateway server that the number is not connected through.</summary>
    public async Task<GatewayServerId> OtherServerAsync() =>
        new(
            await _first.ScalarAsync<Guid>(
                "SELECT id FROM gateway_servers WHERE tenant_id = $1 AND id NOT IN (SELECT gateway_server_id FROM instances WHERE id = $2)",
                Instance.Value
            )
        );

    /// <summary>The number's own server, with the other one as its second; it is linked.</summary>
    public async Task<GatewayServerId> LeavableServerAsync()
    {
        await _first.RunAsync(
            "UPDATE instance_statuses SET own_jid = '5511988880001@s.whatsapp.net' WHERE tenant_id = $1 AND instance_id = $2",
            Instance.Value
        );
        await _first.RunAsync(
            """
            INSERT INTO standbys (tenant_id, instance_id, server_id, failed_probes, is_away, moved_by_itself, has_old_session, chosen_at)
            VALUES ($1, $2, $3, 0, false, false, false, now())
            ON CONFLICT DO NOTHING
            """,
            Instance.Value,
            (await OtherServerAsync()).Value
        );
        return await ServerAsync();
    }

    /// <summary>The number's own server.</summary>
    public async Task<GatewayServerId> ServerAsync() =>
        new(await _first.ScalarAsync<Guid>("SELECT gateway_server_id FROM instances WHERE tenant_id = $1 AND id = $2", Instance.Value));

    /// <summary>A pool with the number in it.</summary>
    public async Task<PoolId> PoolAsync() => _pool ??= await AddPoolAsync();

    private async Task<PoolId> AddPoolAsync()
    {
        var now = DateTimeOffset.UtcNow;
        await using var db = await TestDatabase.DbAsync(Tenant);
        var pool = new Pool(Id.New<PoolId>(now), Tenant, Guid.NewGuid().ToString("N"), official: false, now);
        db.Add(pool);
        db.Add(new PoolMember(pool, Instance, MemberRole.Active, now));
        db.Add(
            new RoleChangeRow
            {
                TenantId = Tenant,
                InstanceId = Instance,
                PoolId = pool.Id,
                To = MemberRole.Active,
                At = now,
            }
        );
        await db.SaveChangesAsync();
        return pool.Id;
    }

    /// <summary>A campaign that has gone to one person, through the number.</summary>
    public async Task<CampaignId> CampaignAsync()
    {
        var id = new CampaignId(Guid.NewGuid());
        await _first.RunAsync(
            """
            INSERT INTO campaigns (id, tenant_id, name, folded_name, author_id, values, hours, canary, reply_days, state, state_since, created_at)
            VALUES ($2, $1, 'Natal', 'natal', gen_random_uuid(), '{}', '[]', '{}', 3, 'Running', now(), now())
            """,
            id.Value
        );
        await _first.RunAsync(
            """
            INSERT INTO campaign_runs (tenant_id, campaign_id, prepared_at, recipients, excluded, released, canary_passed, last_waiting, brake, brake_released)
            VALUES ($1, $2, now(), 1, 0, 1, true, 0, 1, 0)
            """,
            id.Value
        );
        await _first.RunAsync(
            """
            INSERT INTO campaign_recipients (tenant_id, campaign_id, contact_id, place, phone, source, values, state, not_before, instance_id, message_id, sent_at)
            SELECT $1, $2, p.id, 1, p.phone, 0, '{}', 'Sent', now(), $3, $4, now() FROM contacts p WHERE p.tenant_id = $1 LIMIT 1
            """,
            id.Value,
            Instance.Value,
            Sent.Value
        );
        await _first.RunAsync(
            "INSERT INTO campaign_counts (tenant_id, campaign_id, kind, variant, instance_id, source, reason, people) VALUES ($1, $2, 'Sent', '', $3, 0, '', 1)",
            id.Value,
            Instance.Value
        );
        return id;
    }

    public async Task<LabelId> LabelAsync()
    {
        var id = Id.New<LabelId>(DateTimeOffset.UtcNow);
        var name = id.Value.ToString("N");
        await _first.RunAsync(
            "INSERT INTO labels (id, tenant_id, name, folded_name, colour, created_at) VALUES ($2, $1, $3, $3, 1, now())",
            id.Value,
            name
        );
        return id;
    }

    /// <summary>A message that waits for its time, and its version.</summary>
    public async Task<(ScheduledMessageId Id, uint Version)> ScheduledAsync()
    {
        var id = new ScheduledMessageId(Guid.NewGuid());
        var version = await _first.ScalarAsync<object>(
            """
            INSERT INTO scheduled_messages (id, tenant_id, conversation_id, instance_id, author_id, text, due_at, zone, cancels_on_reply, state, created_at)
            VALUES ($2, $1, $3, $4, gen_random_uuid(), 'oi', now() + interval '1 day', 'Etc/UTC', true, 'Scheduled', now()) RETURNING xmin
            """,
            id.Value,
            Conversation.Value,
            Instance.Value
        );
        return (id, (uint)version!);
    }

    /// <summary>The member's own.</summary>
    public async Task<MessageId> NoteAsync(UserId author)
    {
        var id = Id.New<MessageId>(DateTimeOffset.UtcNow);
        await _first.RunAsync(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, author_id, media_attempts, attempts, settle_count)
            VALUES ($2, $1, $3, $4, 'Out', 'Agent', 'Note', '', '{"k":"note","text":"oi","mentions":[]}', now(), now(), $5, 0, 0, 0)
            """,
            id.Value,
            Conversation.Value,
            Instance.Value,
            author.Value
        );
        return id;
    }

    public Task NoticeAsync(UserId user) =>
        _first.RunAsync(
            "INSERT INTO notices (id, tenant_id, user_id, kind, conversation_id, at) VALUES (gen_random_uuid(), $1, $2, 'Assigned', $3, now())",
            user.Value,
            Conversation.Value
        );

    /// <summary>One of the number, one of a pool it is in, one of its server.</summary>
    /// <returns>The number's.</returns>
    public async Task<AlertId> AlertAsync(bool over = false)
    {
        var (id, pool) = (Id.New<AlertId>(DateTimeOffset.UtcNow), Guid.NewGuid());
        await _first.RunAsync(
            "INSERT INTO pools (id, tenant_id, name, is_official, strategy, is_sticky, pace, rotation_days, failover, created_at) VALUES ($2, $1, $2::text, false, 'LeastUsed', true, '{}', 0, '{}', now())",
            pool
        );
        await _first.RunAsync(
            """
            INSERT INTO pool_members (tenant_id, instance_id, pool_id, role, role_since, cause) VALUES ($1, $2, $3, 'Active', now(), 'ByPerson')
            ON CONFLICT (tenant_id, instance_id) DO UPDATE SET pool_id = $3
            """,
            Instance.Value,
            pool
        );
        await _first.RunAsync(
            """
            INSERT INTO alerts (id, tenant_id, kind, subject, level, raised_at, cleared_at, instance_id, pool_id, gateway_server_id)
            SELECT a.id, $1, a.kind, gen_random_uuid(), 'Critical', now(), CASE WHEN $5 THEN now() END, a.instance_id, a.pool_id, a.server
            FROM (VALUES ($2::uuid, 'Banned', $3::uuid, NULL::uuid, NULL::uuid), (gen_random_uuid(), 'NoBackup', NULL, $4, NULL),
                (gen_random_uuid(), 'GatewayDown', NULL, NULL, (SELECT gateway_server_id FROM instances WHERE tenant_id = $1 AND id = $3)))
                AS a (id, kind, instance_id, pool_id, server)
            """,
            id.Value,
            Instance.Value,
            pool,
            over
        );
        return id;
    }

    /// <summary>A colleague who sees every number.</summary>
    public Task ColleagueAsync() =>
        _first.RunAsync(
            """
            WITH u AS (
                INSERT INTO users (id, display_name, language, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at)
                VALUES (gen_random_uuid(), 'Bia', 'pt-BR', true, false, false, true, 0, now()) RETURNING id
            ) INSERT INTO memberships (tenant_id, user_id, role, created_at, sees_all_numbers) SELECT $1, id, 'Agent', now(), true FROM u
            """
        );

    public Task FailJournalAsync() =>
        _first.RunAsync("UPDATE journal SET problem = 'failed', done_at = NULL WHERE tenant_id = $1 AND id = $2", Journal);

    /// <summary>An event that failed, one that waits, a message in doubt and a file that was not fetched.</summary>
    public async Task TroubleAsync()
    {
        await FailJournalAsync();
        await _first.RunAsync("UPDATE messages SET attempted_at = now() WHERE tenant_id = $1 AND id = $2", Doubtful.Value);
        await _first.RunAsync("UPDATE messages SET media_state = 'Failed' WHERE tenant_id = $1 AND id = $2", Received.Value);
        await _first.RunAsync(
            """
            WITH waits AS (
                INSERT INTO journal (id, tenant_id, instance_id, received_at, body) VALUES (nextval('journal_id_seq'), $1, $2, now(), '\x7b7d') RETURNING id
            ) INSERT INTO journal_pending (journal_id, tenant_id, instance_id, due_at, attempts) SELECT id, $1, $2, now(), 0 FROM waits
            """,
            Instance.Value
        );
    }

    public InboxRows NewRows() =>
        new(
            _first.Database,
            _first.Hub,
            new WatcherRows(new Watchers(_first.Hub, TimeProvider.System), new MemberNames(_first.Database, TimeProvider.System)),
            NullLogger<InboxRows>.Instance
        );

    public void Tell() => _first.Hub.Publish(new ConversationChanged(Tenant, Conversation));

    public Task ForgetGatewayAsync() =>
        _first.RunAsync(
            "UPDATE instance_statuses SET gateway_seen_at = NULL, gateway_failure = NULL, gateway_failure_at = NULL WHERE tenant_id = $1"
        );

    public async Task<bool> GatewayWasAskedAsync() =>
        await _first.ScalarAsync<object>(
            "SELECT true FROM instance_statuses WHERE tenant_id = $1 AND instance_id = $2 AND gateway_failure IS NOT NULL",
            Instance.Value
        )
            is true;

    /// <summary>By the owner role.</summary>
    public static Task OwnerAsync(string sql, params object[] values) => OwnerScalarAsync(sql, values);

    public static async Task<object?> OwnerScalarAsync(string sql, params object[] values)
    {
        await using var owner = new NpgsqlConnection(await TestDatabase.OwnerAsync());
        await owner.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = owner.Sql(sql, values);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private async Task<MessageId> OursAsync(string delivery, string? providerId)
    {
        var id = Id.New<MessageId>(DateTimeOffset.UtcNow);
        await _first.RunAsync(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, provider_id, sent_at, created_at, delivery,
                media_attempts, attempts, settle_count)
            VALUES ($2, $1, $3, $4, 'Out', 'Agent', 'Text', 'oi', '{"$type":"text","text":"oi"}', nullif($6, ''), now(), now(), $5, 0, 0, 0)
            """,
            id.Value,
            Conversation.Value,
            Instance.Value,
            delivery,
            providerId ?? ""
        );
        return id;
    }

    private async Task<MediaId> FileAsync()
    {
        var id = Id.New<MediaId>(DateTimeOffset.UtcNow);
        await _first.RunAsync(
            "INSERT INTO media_files (id, tenant_id, hash, size, content_type, file_name, stored_at) VALUES ($2, $1, $3, 3, 'image/jpeg', 'a.jpg', now())",
            id.Value,
            Guid.NewGuid().ToString("N")
        );
        return id;
    }
}
