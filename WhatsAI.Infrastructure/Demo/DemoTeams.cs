using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>Two teams, and conversations that are somebody's, a team's or nobody's yet.</summary>
internal sealed class DemoTeams
{
    private readonly Team _sales;
    private readonly Team _support;
    private readonly IReadOnlyList<UserId> _agents;
    private readonly InstanceId _salesNumber;

    public DemoTeams(TenantId tenant, IReadOnlyList<UserId> agents, InstanceId salesNumber, DateTimeOffset now)
    {
        (_agents, _salesNumber) = ([.. agents.Distinct()], salesNumber);
        _sales = new Team(Id.New<TeamId>(now, 0), tenant, "Vendas", now);
        _support = new Team(Id.New<TeamId>(now, 1), tenant, "Suporte", now);
        _sales.Open(
            new BusinessHours(
                Enumerable
                    .Range(1, 5)
                    .SelectMany(d => OpenSpans.Parse((DayOfWeek)d, "08:00-12:00, 13:00-18:00"))
                    .Concat(OpenSpans.Parse(DayOfWeek.Saturday, "08:00-12:00"))
            )
        );
    }

    public IEnumerable<object> Rows =>
        [_sales, _support, .. _agents.Select(a => Member(_sales, a)), .. _agents.Skip(1).Select(a => Member(_support, a))];

    /// <summary>The newest few wait in the queue, so that there is something to take.</summary>
    public ConversationHead Placed(ConversationHead head, int index)
    {
        if (head.Kind == ConversationKind.Group || index % 5 == 2)
        {
            return head;
        }

        return head with
        {
            TeamId = head.InstanceId == _salesNumber ? _sales.Id : _support.Id,
            AssigneeId = index % 5 == 4 ? null : _agents[index % _agents.Count],
            WaitingSince = head is { LastDirection: MessageDirection.In, Status: ConversationStatus.Open } ? head.LastInboundAt : null,
        };
    }

    private static TeamMember Member(Team team, UserId user) =>
        new()
        {
            TenantId = team.TenantId,
            TeamId = team.Id,
            UserId = user,
        };
}
