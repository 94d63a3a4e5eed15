using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Teams;

/// <summary>Teams, where each number's conversations go, and how much each agent is given.</summary>
public sealed partial class TeamsPage(TeamQueries queries, TeamActions teams, AgentActions agents, IStringLocalizer<InboxText> texts)
{
    private Shown? _shown;
    private TeamRow? _edited;
    private TeamRow? _deleting;
    private bool _editing;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InboxText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is TeamsChanged or AgentChanged or MemberChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var shown = new Shown(await queries.TeamsAsync(ct), await queries.RoutingsAsync(ct), await queries.AgentsAsync(ct));
        return () => _shown = shown;
    }

    private void Edit(TeamRow? team) => (_edited, _editing) = (team, true);

    private async Task SavedAsync(string name)
    {
        _editing = false;
        Toasts.Show(L["teams.saved", name]);
        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        var team = _deleting!;
        _deleting = null;
        if (await RunAsync(() => teams.DeleteAsync(team.Id, Gone)))
        {
            Toasts.Show(L["teams.deleted", team.Name]);
        }

        await ReloadAsync();
    }

    private async Task RouteAsync(RoutingRow route, string? team, AssignmentMode mode)
    {
        TeamId? to = Id.TryParse<TeamId>(team, out var id) ? id : null;
        if (await RunAsync(() => teams.RouteAsync(route.Number, to, mode, Gone)))
        {
            Toasts.Show(L["routes.saved", route.Name]);
        }

        await ReloadAsync();
    }

    private async Task CapacityAsync(AgentRow agent, string? text)
    {
        int? most =
            string.IsNullOrWhiteSpace(text) ? null
            : int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : 0;
        if (await RunAsync(() => agents.SetCapacityAsync(agent.Id, most, Gone)))
        {
            Toasts.Show(L["agents.saved", agent.Name]);
        }

        await ReloadAsync();
    }

    private string Words(TeamRow team) =>
        $"{L[team.Members.Count == 1 ? "assign.members-one" : "assign.members", team.Members.Count]} · {L[ModeKey(team.Mode)]} · {(team.Hours.IsAlways ? L["hours.always"] : L["hours.some"])}";

    // A team's own mode counts for what comes to it.
    private AssignmentMode Mode(RoutingRow route) => _shown!.Teams.FirstOrDefault(t => t.Id == route.Team)?.Mode ?? route.Mode;

    internal static string ModeKey(AssignmentMode mode) =>
        mode switch
        {
            AssignmentMode.RoundRobin => "mode.round-robin",
            AssignmentMode.LeastLoaded => "mode.least-loaded",
            _ => "mode.by-hand",
        };

    private static string PresenceKey(Presence presence) => presence.ToString().ToLowerInvariant();

    private sealed record Shown(IReadOnlyList<TeamRow> Teams, IReadOnlyList<RoutingRow> Routes, IReadOnlyList<AgentRow> Agents);
}
