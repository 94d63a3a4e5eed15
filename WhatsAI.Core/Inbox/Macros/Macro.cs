using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notes;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Macros;

/// <summary>Several actions that belong together, under a name: done one after the other with one choice.</summary>
public sealed class Macro : ITenantOwned
{
    public const int MaxNameLength = 60;
    public const int MaxSteps = 12;

    /// <summary>Messages to the customer; more in a row would be a campaign.</summary>
    public const int MaxSends = 3;

    private Macro() { }

    /// <exception cref="RuleException">See <see cref="Rewrite"/>.</exception>
    public Macro(
        MacroId id,
        TenantId tenantId,
        CannedPlace place,
        string name,
        string? folder,
        IReadOnlyList<MacroStep> steps,
        DateTimeOffset now
    )
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Move(place);
        Rewrite(name, folder, steps);
    }

    public MacroId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public CannedScope Scope { get; private set; }

    public UserId? OwnerId { get; private set; }

    public TeamId? TeamId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared; unique in its place.</summary>
    public string FoldedName { get; private set; } = "";

    /// <summary>Null: in none.</summary>
    public string? Folder { get; private set; }

    /// <summary>In the order in which they are done; whom and what they name may be gone by now (<see cref="MacroPlan"/>).</summary>
    public IReadOnlyList<MacroStep> Steps { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict, and so is a run of one.</summary>
    public uint Version { get; private set; }

    public void Move(CannedPlace place) => (Scope, OwnerId, TeamId) = (place.Scope, place.Owner, place.Team);

    /// <exception cref="RuleException">The name is empty or too long, a step cannot be done, or they do not go together.</exception>
    public void Rewrite(string name, string? folder, IReadOnlyList<MacroStep> steps)
    {
        var plain = OneLine.Clean(name);
        var folded = OneLine.Fold(plain);
        if (plain.Length > MaxNameLength || folded.Length == 0)
        {
            throw new RuleException("macro.name-invalid", MaxNameLength);
        }

        var (newFolder, newSteps) = (CannedResponse.CheckFolder(folder), Check(steps));
        (Name, FoldedName, Folder, Steps) = (plain, folded, newFolder, newSteps);
    }

    private static MacroStep[] Check(IReadOnlyList<MacroStep> steps)
    {
        if (steps.Count is 0 or > MaxSteps)
        {
            throw new RuleException(steps.Count == 0 ? "macro.steps-none" : "macro.steps-too-many", MaxSteps);
        }

        if (steps.OfType<SendStep>().Count() > MaxSends)
        {
            throw new RuleException("macro.sends-too-many", MaxSends);
        }

        if (steps.Count(s => s.Ends) > 1)
        {
            throw new RuleException("macro.ends-twice");
        }

        // An answer opens a resolved conversation again.
        if (steps.SkipWhile(s => !s.Ends).OfType<SendStep>().Any())
        {
            throw new RuleException("macro.sends-after-end");
        }

        return [.. steps.Select(Check)];
    }

    private static MacroStep Check(MacroStep step) =>
        step switch
        {
            SendStep send => send with { Text = CannedResponse.CheckText(send.Text) },
            NoteStep note => note with { Text = TypedNote.Read(note.Text, [], []).Text },
            StatusStep { Status: ConversationStatus.Snoozed } => throw new RuleException("macro.step-unknown"),
            StatusStep { Status: var status } when !Enum.IsDefined(status) => throw new RuleException("macro.step-unknown"),
            PriorityStep { Priority: var priority } when !Enum.IsDefined(priority) => throw new RuleException("macro.step-unknown"),
            SnoozeStep { Until: var until } when !Enum.IsDefined(until) => throw new RuleException("macro.step-unknown"),
            _ => step,
        };
}
