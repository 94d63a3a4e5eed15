using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>Goes on with a person through another number where the one that served him is gone or dead. Both threads stay and say so.</summary>
public sealed class ContinueActions(NpgsqlDataSource database, CurrentMember member, IHeadClocks clocks, EventHub hub, TimeProvider time)
{
    /// <summary>
    /// The conversation with the same person through the other number: the one that is there, or a new one, which is the asking member's and begins with the
    /// last words of the old. Asked again it is the same one.
    /// </summary>
    /// <exception cref="RuleException">
    /// The member may not or does not see one of the numbers, the other one is not connected, or the person's phone number is not known: what WhatsApp shows
    /// instead of it means nothing to another number.
    /// </exception>
    public async Task<ConversationId> ThroughAsync(ConversationId id, InstanceId through, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        var clock = await clocks.OfAsync(tenant, ct);
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var (contact, from) = await PersonAsync(connection, id, ct);
        var number = await NumberAsync(connection, through, ct);
        var target = (await Threads.ResolveAsync(new ThreadPlace(connection, tenant, through, now), [contact], [], ct)).Persons[contact];
        var heads = await HeadSql.LockAsync(connection, tenant, [id, target], ct);
        if (heads.ContainsKey(target) || !heads.TryGetValue(id, out var old))
        {
            await transaction.CommitAsync(ct);
            return target;
        }

        var head = old with
        {
            ConversationId = target,
            InstanceId = through,
            Status = ConversationStatus.Open,
            EpisodeId = null,
            LastMessageId = null,
            LastAt = now,
            LastDelivery = null,
            LastInboundAt = null,
            Unread = 0,
            AssigneeId = member.UserId,
            TeamId = null,
            SnoozedUntil = null,
            WaitingSince = null,
        };
        head = clock.Move(before: null, await Episodes.OpenIfNeededAsync(connection, null, head, now, ct), now);
        await HeadSql.WriteAsync(connection, [head], ct);
        var counters = new ConversationCounters();
        counters.Moved(null, head);
        await counters.ApplyAsync(connection, tenant, ct);
        var there = await ActivityLines.AddAsync(connection, old, "line.continues", [member.DisplayName, number], member.UserId, now, ct);
        var here = await ActivityLines.AddAsync(connection, head, "line.continued", [member.DisplayName, from], member.UserId, now, ct);
        await transaction.CommitAsync(ct);
        hub.Publish([
            new ConversationChanged(tenant, target),
            new ConversationChanged(tenant, id),
            new MessageChanged(tenant, target, here),
            new MessageChanged(tenant, id, there),
        ]);
        return target;
    }

    private async Task<(ContactId Contact, string Number)> PersonAsync(NpgsqlConnection connection, ConversationId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            $"""
            SELECT c.contact_id, i.name,
                EXISTS (SELECT FROM contact_identities p WHERE p.tenant_id = $1 AND p.contact_id = c.contact_id AND p.kind = 'Phone')
            FROM conversations c JOIN instances i ON i.tenant_id = c.tenant_id AND i.id = c.instance_id
            WHERE c.tenant_id = $1 AND c.id = $2 AND c.kind = 'Person' AND {NumberSight.In("c.instance_id", 3)}
            """,
            member.TenantId.Value,
            id.Value,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            throw new RuleException("conversation.not-found");
        }

        return reader.GetBoolean(2)
            ? (new ContactId(reader.GetGuid(0)), reader.GetString(1))
            : throw new RuleException("continue.no-phone");
    }

    private async Task<string> NumberAsync(NpgsqlConnection connection, InstanceId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            $"""
            SELECT i.name, s.state FROM instances i JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
            WHERE i.tenant_id = $1 AND i.id = $2 AND i.deleted_at IS NULL AND {NumberSight.In("i.id", 3)}
            """,
            member.TenantId.Value,
            id.Value,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            throw new RuleException("continue.not-connected");
        }

        return reader.GetString(1) == nameof(InstanceState.Open) ? reader.GetString(0) : throw new RuleException("continue.not-connected");
    }
}
