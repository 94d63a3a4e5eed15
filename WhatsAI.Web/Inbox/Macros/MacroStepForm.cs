using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Web.Inbox.Macros;

/// <summary>What a step can be, as it is offered in the editor.</summary>
public enum MacroStepKind
{
    Send,
    Note,
    Label,
    Unlabel,
    Assign,
    Priority,
    Snooze,
    Status,
}

/// <summary>A step while it is edited.</summary>
public sealed class MacroStepForm
{
    /// <summary>To whoever runs it.</summary>
    public const string Me = "me";

    /// <summary>To nobody.</summary>
    public const string Nobody = "nobody";

    private const string OfTeam = "team:";

    public Guid Key { get; } = Guid.NewGuid();

    public MacroStepKind Kind { get; set; }

    public string Text { get; set; } = "";

    public string Label { get; set; } = "";

    /// <summary><see cref="Me"/>, <see cref="Nobody"/>, a member's id, or a team's as <see cref="Team"/> writes it.</summary>
    public string To { get; set; } = Me;

    public ConversationPriority Priority { get; set; } = ConversationPriority.High;

    public MacroSnooze Until { get; set; } = MacroSnooze.Tomorrow;

    public ConversationStatus Status { get; set; } = ConversationStatus.Resolved;

    public static string Team(TeamId id) => OfTeam + id;

    public static MacroStepForm Of(MacroStep step) =>
        step switch
        {
            SendStep send => new() { Kind = MacroStepKind.Send, Text = send.Text },
            NoteStep note => new() { Kind = MacroStepKind.Note, Text = note.Text },
            LabelStep label => new() { Kind = label.On ? MacroStepKind.Label : MacroStepKind.Unlabel, Label = label.Label.ToString() },
            MemberStep to => new() { Kind = MacroStepKind.Assign, To = to.Member?.ToString() ?? Nobody },
            TeamStep team => new() { Kind = MacroStepKind.Assign, To = Team(team.Team) },
            PriorityStep priority => new() { Kind = MacroStepKind.Priority, Priority = priority.Priority },
            SnoozeStep snooze => new() { Kind = MacroStepKind.Snooze, Until = snooze.Until },
            StatusStep status => new() { Kind = MacroStepKind.Status, Status = status.Status },
            _ => new() { Kind = MacroStepKind.Assign },
        };

    public MacroStep ToStep() =>
        Kind switch
        {
            MacroStepKind.Send => new SendStep(Text),
            MacroStepKind.Note => new NoteStep(Text),
            MacroStepKind.Label or MacroStepKind.Unlabel => new LabelStep(
                Id.TryParse<LabelId>(Label, out var label) ? label : default,
                Kind == MacroStepKind.Label
            ),
            MacroStepKind.Priority => new PriorityStep(Priority),
            MacroStepKind.Snooze => new SnoozeStep(Until),
            MacroStepKind.Status => new StatusStep(Status),
            _ when To == Me => new TakeStep(),
            _ when To == Nobody => new MemberStep(Member: null),
            _ when To.StartsWith(OfTeam, StringComparison.Ordinal) => new TeamStep(
                Id.TryParse<TeamId>(To[OfTeam.Length..], out var team) ? team : default
            ),
            _ => new MemberStep(Id.TryParse<UserId>(To, out var user) ? user : default),
        };
}
