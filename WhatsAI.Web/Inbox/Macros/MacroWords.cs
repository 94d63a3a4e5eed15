using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Web.Inbox.Labels;

namespace WhatsAI.Web.Inbox.Macros;

/// <summary>What a macro's steps are called.</summary>
public sealed class MacroWords(IStringLocalizer<MacroText> texts, IStringLocalizer<InboxText> inbox)
{
    public static string Icon(MacroStep step) =>
        step switch
        {
            SendStep => "send",
            NoteStep => "lock",
            LabelStep { On: true } => "label",
            LabelStep => "label_off",
            MemberStep { Member: null } => "person_remove",
            MemberStep or TakeStep => "person_add",
            TeamStep => "groups",
            PriorityStep { Priority: ConversationPriority.Normal } => "flag",
            PriorityStep priority => Priorities.Icon(priority.Priority),
            SnoozeStep => "snooze",
            StatusStep { Status: ConversationStatus.Resolved } => "check",
            StatusStep { Status: ConversationStatus.Pending } => "pause",
            _ => "undo",
        };

    /// <summary>The step in a few words, without what it says.</summary>
    public string TitleOf(MacroStep step, MacroNames names) =>
        step switch
        {
            SendStep => texts["kind.send"],
            NoteStep => texts["kind.note"],
            LabelStep label => texts[label.On ? "step.label" : "step.unlabel", Named(names.Labels, label.Label)],
            MemberStep { Member: { } member } => texts["step.member", Named(names.Members, member)],
            MemberStep => texts["step.nobody"],
            TakeStep => texts["step.me"],
            TeamStep team => texts["step.team", Named(names.Teams, team.Team)],
            PriorityStep priority => texts["step.priority", inbox[Priorities.Key(priority.Priority)]],
            SnoozeStep snooze => texts["step.snooze", texts[Key(snooze.Until)]],
            StatusStep status => texts[Key(status.Status)],
            _ => "",
        };

    public static string Key(MacroSnooze until) => $"snooze.{until.ToString().ToLowerInvariant()}";

    public static string Key(ConversationStatus status) => $"status.{status.ToString().ToLowerInvariant()}";

    /// <summary>Of why a step cannot be done.</summary>
    public static string Key(MacroProblem problem) => $"problem.{problem.ToString().ToLowerInvariant()}";

    private string Named<T>(IReadOnlyList<MacroName<T>> names, T id) =>
        names.FirstOrDefault(n => EqualityComparer<T>.Default.Equals(n.Id, id))?.Name ?? texts["gone"].Value;
}
