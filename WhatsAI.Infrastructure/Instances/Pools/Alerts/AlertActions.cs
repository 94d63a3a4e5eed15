using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>A person says that he knows of it. That ends no alert; its cause's end does.</summary>
public sealed class AlertActions(NpgsqlDataSource database, CurrentMember member, EventHub hub)
{
    private const string OneSql = $"""
        WITH seen AS (SELECT a.id, a.acknowledged_at FROM alerts a WHERE a.tenant_id = $1 AND {AlertRow.Seen} AND a.id = $3),
        done AS (
            UPDATE alerts a SET acknowledged_at = now(), acknowledged_by = $4, acknowledged_by_name = $5
            FROM seen WHERE a.tenant_id = $1 AND a.id = seen.id AND a.acknowledged_at IS NULL RETURNING 1
        ) SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM done)
        """;

    /// <summary>Who was first stays the one who did.</summary>
    /// <exception cref="RuleException">The member may not, or there is no such alert for him.</exception>
    public async Task AcknowledgeAsync(AlertId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        long done;
        await using (var scope = await database.BeginAsync(member.TenantId, ct))
        {
            await using var command = scope.Connection.Sql(
                OneSql,
                member.TenantId.Value,
                member.NumbersParameter(),
                id.Value,
                member.UserId.Value,
                member.DisplayName
            );
            await using (var reader = await command.ExecuteReaderAsync(ct))
            {
                await reader.ReadAsync(ct);
                if (reader.GetInt64(0) == 0)
                {
                    throw new RuleException("alert.gone");
                }

                done = reader.GetInt64(1);
            }

            await scope.CommitAsync(ct);
        }

        if (done > 0)
        {
            hub.Publish(new AlertsChanged(member.TenantId));
        }
    }

    /// <summary>All open ones that are shown.</summary>
    /// <returns>How many that were.</returns>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<int> AcknowledgeAllAsync(AlertFilter filter, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        int done;
        await using (var scope = await database.BeginAsync(member.TenantId, ct))
        {
            await using var command = scope.Connection.Sql(
                AlertQueries.AcknowledgeAllSql,
                [.. AlertQueries.Filtered(member, filter), member.UserId.Value, member.DisplayName]
            );
            done = await command.ExecuteNonQueryAsync(ct);
            await scope.CommitAsync(ct);
        }

        if (done > 0)
        {
            hub.Publish(new AlertsChanged(member.TenantId));
        }

        return done;
    }
}
