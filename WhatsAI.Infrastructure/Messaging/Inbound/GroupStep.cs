using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Keeps the subjects of groups we have a conversation of.</summary>
public sealed class GroupStep : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        foreach (var change in context.Events.OfType<GroupChanged>().Where(g => !string.IsNullOrWhiteSpace(g.Subject)))
        {
            await using var command = context.Connection.Sql(
                "UPDATE conversations SET title = left($4, 200) WHERE tenant_id = $1 AND instance_id = $2 AND group_jid = $3",
                context.Tenant.Value,
                context.Instance.Value,
                change.Group.Value,
                change.Subject
            );
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
