using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Sla;

/// <summary>
/// Tells of targets that have lapsed by the database's clock: whose conversation it is; else its team; else who leads. That it was told stands in the
/// conversation's row, locked: of two copies the second finds it told.
/// </summary>
public sealed class SlaWatch(NpgsqlDataSource database, EventHub hub) : ILaterPart
{
    private const int Batch = 100;

    public async Task RunAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        while (await StepAsync(tenant, number, ct))
        {
            // Until a look finds nothing more.
        }
    }

    public Task<DateTimeOffset?> NextAsync(NpgsqlConnection connection, TenantId tenant, InstanceId number, CancellationToken ct) =>
        LaterWork.TimeAsync(
            connection.Sql(
                "SELECT min(alert_at) FROM conversation_heads WHERE tenant_id = $1 AND instance_id = $2 AND alert_at IS NOT NULL",
                tenant.Value,
                number.Value
            ),
            ct
        );

    private async Task<bool> StepAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var (ids, now) = await DueAsync(connection, tenant, number, ct);
        if (ids.Count == 0)
        {
            return false;
        }

        var heads = (await HeadSql.LockAsync(connection, tenant, ids, ct)).Values;
        var agents = await AgentSql.ReadAsync(connection, tenant, ct);
        var leading = await LeadingAsync(connection, tenant, ct);
        var (notices, written) = (new List<Notice>(), new List<ConversationHead>());
        // What moved between the look and the lock is measured as it moved.
        foreach (var head in heads.Where(h => h.Sla is not null && h.AlertAt <= now))
        {
            var (clock, lapsed) = head.Sla!.Tell(head.WaitingSince, now);
            written.Add(head with { Sla = clock });
            notices.AddRange(
                from user in ToTell(head, agents, leading)
                from kind in lapsed
                select (user, kind) into one
                select new Notice
                {
                    Id = Id.New<NoticeId>(now),
                    TenantId = tenant,
                    UserId = one.user,
                    Kind = one.kind switch
                    {
                        SlaKind.First => NoticeKind.FirstLate,
                        SlaKind.Next => NoticeKind.NextLate,
                        _ => NoticeKind.ResolutionLate,
                    },
                    ConversationId = head.ConversationId,
                    At = now,
                }
            );
        }

        await HeadSql.WriteAsync(connection, written, ct);
        var told = await NoticeSql.AddAsync(connection, notices, ct);
        await transaction.CommitAsync(ct);
        hub.Publish([.. written.Select(h => new ConversationChanged(tenant, h.ConversationId)), .. told]);
        return true;
    }

    /// <summary>Nobody who does not see the number, or may not enter any more; where that leaves nobody, who leads.</summary>
    private static IEnumerable<UserId> ToTell(ConversationHead head, List<AgentRow> agents, HashSet<UserId> leading)
    {
        var seeing = agents.FindAll(a => a.Sees(head.InstanceId));
        var his = seeing.Find(a => a.Id == head.AssigneeId);
        var team = head.TeamId is { } id ? seeing.FindAll(a => a.Teams.Contains(id)) : [];
        return his is not null ? [his.Id]
            : team.Count > 0 ? team.Select(a => a.Id)
            : seeing.Select(a => a.Id).Where(leading.Contains);
    }

    private static async Task<HashSet<UserId>> LeadingAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT user_id FROM memberships WHERE tenant_id = $1 AND disabled_at IS NULL AND role IN ('Owner', 'Admin', 'Manager')",
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var users = new HashSet<UserId>();
        while (await reader.ReadAsync(ct))
        {
            users.Add(new UserId(reader.GetGuid(0)));
        }

        return users;
    }

    private static async Task<(List<ConversationId> Ids, DateTimeOffset Now)> DueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId number,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT conversation_id, now() FROM conversation_heads
            WHERE tenant_id = $1 AND instance_id = $2 AND alert_at <= now() ORDER BY alert_at LIMIT $3
            """,
            tenant.Value,
            number.Value,
            Batch
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (ids, now) = (new List<ConversationId>(), default(DateTimeOffset));
        while (await reader.ReadAsync(ct))
        {
            ids.Add(new ConversationId(reader.GetGuid(0)));
            now = reader.GetFieldValue<DateTimeOffset>(1);
        }

        return (ids, now);
    }
}
