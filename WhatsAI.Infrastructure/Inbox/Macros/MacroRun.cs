using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Infrastructure.Inbox.Macros;

/// <summary>A macro, and what it is to be done with.</summary>
/// <param name="Id">Made with the choice: chosen twice by a shaky finger, it is done once.</param>
/// <param name="Version">As it was when its steps were shown.</param>
/// <param name="On">One conversation, or a selection.</param>
/// <param name="Guard">Asks of the first answer whether it meets a colleague's; null: whatever colleagues do.</param>
public sealed record MacroRun(Guid Id, MacroId Macro, uint Version, IReadOnlyList<ConversationId> On, AnswerGuard? Guard = null)
{
    /// <summary>The step it goes on from, whatever colleagues do: the one that met a colleague's answer. Nothing before it is done again. Null: it begins.</summary>
    public int? ResumesAt { get; init; }
}

/// <summary>What became of a run.</summary>
/// <param name="Name">Of the macro.</param>
/// <param name="Steps">All it has.</param>
/// <param name="On">Conversations it was begun with; none: this run was done before.</param>
/// <param name="Through">How many of them it went through to its end.</param>
/// <param name="Undo">What takes back what can be, in the order of the steps.</param>
public sealed record MacroOutcome(string Name, IReadOnlyList<MacroStep> Steps, int On, int Through, IReadOnlyList<SelectionUndo> Undo)
{
    /// <summary>The first step that could not be done with one of them, by its place from zero; null: all were.</summary>
    public int? StoppedAt { get; init; }

    /// <summary>Why not.</summary>
    public RuleException? Why { get; init; }

    /// <summary>It waits at <see cref="StoppedAt"/> for a decision: a colleague has answered, or answers.</summary>
    public Collision? Asks { get; init; }

    /// <summary>Something of it was said to the customer or to colleagues, which stays.</summary>
    public bool Said { get; init; }
}
