using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Inbox;

/// <summary>Whose a conversation shall be: oneself, a colleague, a team, nobody. Read when it opens, so that presence and load are of now.</summary>
public sealed partial class AssignDialog(AssignmentActions actions, TeamQueries queries, CurrentMember member)
{
    private IReadOnlyList<Choice>? _all;
    private IReadOnlyList<Choice> _found = [];
    private string _text = "";
    private int _active;
    private bool _away;
    private bool _mayWrite;
    private string _note = "";
    private readonly Guid _key = Guid.NewGuid();
    private bool _choosing;

    [Parameter]
    public bool Open { get; set; }

    [Parameter, EditorRequired]
    public ConversationRow Row { get; set; } = null!;

    /// <summary>Further conversations that are given together with it.</summary>
    [Parameter]
    public IReadOnlyList<ConversationRow> More { get; set; } = [];

    /// <summary>Set, the dialog only asks: what was chosen is done by who opened it.</summary>
    [Parameter]
    public EventCallback<AssignChoice> OnChosen { get; set; }

    [Parameter, EditorRequired]
    public UserId Me { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>Done: what became of it in words, and whose it was before.</summary>
    [Parameter]
    public EventCallback<(string Said, Assigned Before)> OnAssigned { get; set; }

    private IEnumerable<ConversationRow> All => [Row, .. More];

    // Of many, those are given to him whose number he sees.
    private bool Sees(AgentRow agent) => All.Any(r => agent.Sees(r.InstanceId));

    protected override Task OnInitializedAsync() => Open ? LoadAsync() : Task.CompletedTask;

    private async Task LoadAsync()
    {
        _away = false;
        _mayWrite = member.Allows(Permission.ConversationsReply);
        await RunAsync(
            async () =>
            {
                _all = Choices(await queries.AgentsAsync(Gone), await queries.TeamsAsync(Gone));
                Find();
            },
            away: () => _away = true
        );
    }

    private List<Choice> Choices(IReadOnlyList<AgentRow> agents, IReadOnlyList<TeamRow> teams)
    {
        var choices = new List<Choice>();
        choices.AddRange(
            agents.Where(a => a.Id == Me).Select(a => Of(a) with { Name = L["assign.me"], Who = a.Name, Group = "assign.quick" })
        );
        if (All.Any(r => r.AssigneeId is not null))
        {
            choices.Add(new Choice("assign.quick", L["assign.nobody"]) { Icon = "person_remove", Detail = L["assign.nobody-detail"] });
        }

        choices.AddRange(agents.Where(a => a.Id != Me).OrderBy(a => !Sees(a)).ThenBy(a => a.Agent.Presence).Select(Of));
        choices.AddRange(
            teams.Select(t => new Choice("assign.teams", t.Name)
            {
                Icon = "groups",
                Team = t.Id,
                IsNow = All.All(r => r.TeamId == t.Id),
                Detail = L[t.Members.Count == 1 ? "assign.members-one" : "assign.members", t.Members.Count],
            })
        );
        if (All.Any(r => r.TeamId is not null))
        {
            choices.Add(new Choice("assign.teams", L["assign.no-team"]) { Icon = "group_off", LeavesTeam = true });
        }

        return choices;
    }

    private Choice Of(AgentRow agent) =>
        new("assign.agents", agent.Name)
        {
            Assignee = agent.Id,
            Presence = agent.Agent.Presence,
            IsNow = All.All(r => r.AssigneeId == agent.Id),
            Why = Sees(agent) ? null : L["assign.blind"].Value,
            Detail = $"{L[$"presence.{agent.Agent.Presence.ToString().ToLowerInvariant()}"]} · {Load(agent.Agent)}",
        };

    private string Load(Agent agent) =>
        agent.Capacity is { } most
            ? L["assign.load-of", agent.Open, most]
            : L[agent.Open == 1 ? "assign.load-one" : "assign.load", agent.Open];

    private void Find()
    {
        _found = [.. (_all ?? []).Where(c => _text.Trim().Length == 0 || FuzzyMatch.Score(c.Name, _text) > 0)];
        _active = Math.Max(0, _found.ToList().FindIndex(c => c.Why is null && !c.IsNow));
    }

    private async Task KeyAsync(KeyboardEventArgs e)
    {
        _active = ListKeys.Move(e.Key, _active, _found.Count);
        if (e.Key == "Enter" && _active < _found.Count)
        {
            await ChooseAsync(_found[_active]);
        }
    }

    private async Task ChooseAsync(Choice choice)
    {
        if (choice.Why is not null || _choosing)
        {
            return;
        }

        var note = WhatsAppText.IsBlank(_note) ? null : new TransferNote(_key, _note);
        if (OnChosen.HasDelegate)
        {
            await OnChosen.InvokeAsync(new AssignChoice(choice.Who ?? choice.Name, choice.Assignee, choice.Team, choice.LeavesTeam, note));
            return;
        }

        _choosing = true;

        Assigned? before = null;
        var said = "";
        var done = await RunAsync(async () =>
        {
            (before, said) = choice switch
            {
                { Team: { } team } => (await actions.TransferAsync(Row.Id, team, note, Gone), L["assigned.team", choice.Name].Value),
                { LeavesTeam: true } => (await actions.TransferAsync(Row.Id, to: null, note, Gone), L["assigned.no-team"].Value),
                { Assignee: null } => (await actions.AssignAsync(Row.Id, to: null, note, Gone), L["assigned.nobody"].Value),
                { Assignee: { } user } => (
                    await actions.AssignAsync(Row.Id, user, note, Gone),
                    user == Me ? L["assigned.me"].Value : L["assigned.agent", choice.Name].Value
                ),
            };
        });
        _choosing = false;
        if (!done && note is not null)
        {
            // What was written is not thrown away with the dialog.
            return;
        }

        await OnClose.InvokeAsync();
        if (done && before is not null)
        {
            await OnAssigned.InvokeAsync((said, before));
        }
    }

    /// <param name="Group">A resource key.</param>
    private sealed record Choice(string Group, string Name)
    {
        public UserId? Assignee { get; init; }

        /// <summary>Whose picture, where the words are not his name.</summary>
        public string? Who { get; init; }

        public TeamId? Team { get; init; }

        public bool LeavesTeam { get; init; }

        public Presence? Presence { get; init; }

        public string? Icon { get; init; }

        public string? Detail { get; init; }

        /// <summary>Why it cannot be chosen.</summary>
        public string? Why { get; init; }

        public bool IsNow { get; init; }
    }
}
