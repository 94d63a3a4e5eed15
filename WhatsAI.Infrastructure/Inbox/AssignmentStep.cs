using Npgsql;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>
/// A conversation that a customer opened goes where its number's conversations go: to a team, into the queue of those that are given out, or nowhere.
/// Who gets it is decided after the batch, so that no customer's message waits for the choice.
/// </summary>
public sealed class AssignmentStep : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        if (context.Opened.Count == 0 || await RouteAsync(context, cancellation) is not { } route)
        {
            return;
        }

        var heads = await HeadSql.LockAsync(context.Connection, context.Tenant, context.Opened, cancellation);
        var opened = heads.Values.Where(h => h is { Kind: ConversationKind.Person, WaitingSince: not null }).ToArray();
        var counters = new ConversationCounters();
        var routed = Array.ConvertAll(
            opened,
            head =>
                context.Clock.Move(
                    head,
                    head with
                    {
                        TeamId = route.Team ?? head.TeamId,
                        AssigneeId = route.Mode == AssignmentMode.ByHand ? head.AssigneeId : null,
                    },
                    context.Now
                )
        );
        foreach (var (before, after) in opened.Zip(routed))
        {
            counters.Moved(before, after);
        }

        await HeadSql.WriteAsync(context.Connection, routed, cancellation);
        await Episodes.GivenAsync(
            context.Connection,
            [.. opened.Zip(routed).Where(m => m.First.TeamId != m.Second.TeamId).Select(m => m.Second)],
            cancellation
        );
        await counters.ApplyAsync(context, cancellation);
        if (route.Mode != AssignmentMode.ByHand && opened.Length > 0)
        {
            await AssignmentQueue.AddAsync(context.Connection, context.Tenant, opened, cancellation);
            context.Due.Add(WorkKind.Assign);
        }
    }

    private static async Task<(TeamId? Team, AssignmentMode Mode)?> RouteAsync(InboundContext context, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            """
            SELECT r.team_id, coalesce(t.mode, r.mode) FROM routings r LEFT JOIN teams t ON t.tenant_id = r.tenant_id AND t.id = r.team_id
            WHERE r.tenant_id = $1 AND r.instance_id = $2
            """,
            context.Tenant.Value,
            context.Instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (reader.IsDBNull(0) ? null : new TeamId(reader.GetGuid(0)), Enum.Parse<AssignmentMode>(reader.GetString(1)))
            : null;
    }
}
