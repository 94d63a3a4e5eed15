using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notes;

/// <summary>Whom a note may mention.</summary>
public sealed class NoteQueries(NpgsqlDataSource database, CurrentMember member)
{
    /// <summary>Colleagues who see the conversation, by name; none where the member himself does not.</summary>
    public async Task<IReadOnlyList<AgentRow>> PeopleAsync(ConversationId conversation, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            "SELECT instance_id FROM conversations WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            conversation.Value
        );
        var number = new InstanceId(await command.ExecuteScalarAsync(ct) as Guid? ?? default);
        if (number == default || !member.Sees(number))
        {
            return [];
        }

        return [.. (await AgentSql.ReadAsync(scope.Connection, member.TenantId, ct)).Where(a => a.Id != member.UserId && a.Sees(number))];
    }
}
