using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>What a member says of himself as one who answers, and what is set for him.</summary>
public sealed class AgentActions(NpgsqlDataSource database, CurrentMember member, EventHub hub, WorkSignal work)
{
    /// <summary>Says of oneself whether one may be given conversations.</summary>
    public async Task SetPresenceAsync(Presence presence, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        await WriteAsync(member.UserId, "presence", presence.ToString(), ct);
    }

    /// <param name="user">Whose.</param>
    /// <param name="capacity">The most open conversations he is given; null: no limit.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, there is no such member, or the figure is not acceptable.</exception>
    public async Task SetCapacityAsync(UserId user, int? capacity, CancellationToken ct = default)
    {
        member.Demand(Permission.TeamsManage);
        var most = new NpgsqlParameter
        {
            Value = (object?)AgentState.CheckCapacity(capacity) ?? DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Integer,
        };
        await WriteAsync(user, "capacity", most, ct);
    }

    private async Task WriteAsync(UserId user, string column, object value, CancellationToken ct)
    {
        await using (var transaction = await database.BeginAsync(member.TenantId, ct))
        {
            await using var command = transaction.Connection.Sql(
                $"""
                INSERT INTO agents (tenant_id, user_id, {column}) SELECT tenant_id, user_id, $3 FROM memberships WHERE tenant_id = $1 AND user_id = $2
                ON CONFLICT (tenant_id, user_id) DO UPDATE SET {column} = excluded.{column}
                """,
                member.TenantId.Value,
                user.Value,
                value
            );
            if (await command.ExecuteNonQueryAsync(ct) == 0)
            {
                throw new RuleException("member.gone");
            }

            await AssignmentQueue.WakeAsync(transaction.Connection, member.TenantId, ct);
            await transaction.CommitAsync(ct);
        }

        hub.Publish(new AgentChanged(member.TenantId, user));
        work.Raise(WorkKind.Assign);
    }
}
