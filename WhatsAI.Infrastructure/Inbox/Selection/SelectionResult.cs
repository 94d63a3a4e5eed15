using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Inbox.Selection;

/// <summary>What became of each conversation of a selection.</summary>
/// <param name="Done">How many are different now.</param>
/// <param name="Same">How many were so already.</param>
/// <param name="Missing">How many are not there, or not for this member to see.</param>
/// <param name="Refused">How many a rule forbade: given to somebody who does not see their number.</param>
/// <param name="Undo">What takes it back; null where nothing changed, or it cannot be.</param>
public sealed record SelectionResult(int Done, int Same, int Missing, int Refused, SelectionUndo? Undo)
{
    /// <summary>Those that are missing or were refused.</summary>
    internal IReadOnlyList<ConversationId> LeftOut { get; init; } = [];
}

/// <summary>A change of a selection as a whole, to be taken back as one. Kept by the page that offers it.</summary>
/// <param name="Changes">As each was and as it became.</param>
/// <param name="Label">What was put on or taken off; null: no label was.</param>
/// <param name="PutOn">Whether it was put on.</param>
public sealed record SelectionUndo(IReadOnlyList<HandlingChange> Changes, LabelId? Label, bool PutOn);

public sealed record HandlingChange(ConversationId Id, Handling Before, Handling After);
