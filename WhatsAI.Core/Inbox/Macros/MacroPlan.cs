using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Macros;

/// <summary>Why a step cannot be done.</summary>
public enum MacroProblem
{
    LabelGone,
    TeamGone,
    MemberGone,

    /// <summary>Who runs it may not.</summary>
    Forbidden,

    /// <summary>It answers the customer, and there are several conversations: that would be a campaign without its limits.</summary>
    OneOnly,

    /// <summary>The answer asks for something that nobody knows of this customer, and says nothing for that case.</summary>
    ValueUnknown,
}

/// <summary>Something that a step may name.</summary>
public sealed record MacroName<T>(T Id, string Name);

/// <summary>What the company has that a step may name.</summary>
/// <param name="Members">Those who may enter.</param>
public sealed record MacroNames(
    IReadOnlyList<MacroName<LabelId>> Labels,
    IReadOnlyList<MacroName<TeamId>> Teams,
    IReadOnlyList<MacroName<UserId>> Members
)
{
    public static MacroNames None { get; } = new([], [], []);
}

/// <summary>Whether a macro can be run, asked before anything of it is done.</summary>
public static class MacroPlan
{
    /// <summary>What a step names is not there any more; null: it is.</summary>
    public static MacroProblem? Broken(MacroStep step, MacroNames names) =>
        step switch
        {
            LabelStep label when names.Labels.All(n => n.Id != label.Label) => MacroProblem.LabelGone,
            TeamStep team when names.Teams.All(n => n.Id != team.Team) => MacroProblem.TeamGone,
            MemberStep { Member: { } member } when names.Members.All(n => n.Id != member) => MacroProblem.MemberGone,
            _ => null,
        };

    /// <param name="step">What is to be done.</param>
    /// <param name="names">What there is.</param>
    /// <param name="allows">What the member may who runs it.</param>
    /// <param name="values">Of the conversation; null: of several.</param>
    public static MacroProblem? Problem(MacroStep step, MacroNames names, Func<Permission, bool> allows, CannedValues? values) =>
        !allows(step.Asks) ? MacroProblem.Forbidden
        : Broken(step, names) is { } broken ? broken
        : step is not SendStep send ? null
        : values is null ? MacroProblem.OneOnly
        : CannedTemplate.Parse(send.Text).Fill(values, v => CannedVariables.NameOf(v)).Slots.All(s => s.Filled) ? null
        : MacroProblem.ValueUnknown;

    /// <summary>Says which step stands in the way.</summary>
    /// <exception cref="RuleException">One does; nothing of the macro is to be done.</exception>
    public static void Demand(IReadOnlyList<MacroStep> steps, MacroNames names, Func<Permission, bool> allows, CannedValues? values)
    {
        foreach (var (at, step) in steps.Index())
        {
            if (Problem(step, names, allows, values) is { } problem)
            {
                throw new RuleException(KeyOf(problem), at + 1);
            }
        }
    }

    public static string KeyOf(MacroProblem problem) =>
        problem switch
        {
            MacroProblem.LabelGone => "macro.label-gone",
            MacroProblem.TeamGone => "macro.team-gone",
            MacroProblem.MemberGone => "macro.member-gone",
            MacroProblem.Forbidden => "macro.forbidden",
            MacroProblem.OneOnly => "macro.one-only",
            _ => "macro.value-unknown",
        };
}
