using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Infrastructure.Inbox.Selection;

/// <summary>Some of a selection, in a transaction of their own.</summary>
/// <param name="connection">In the tenant.</param>
/// <param name="heads">Those that are there and the member's to see, locked.</param>
/// <param name="changes">Takes what becomes of them.</param>
internal sealed class SelectionRun(NpgsqlConnection connection, IReadOnlyList<ConversationHead> heads, HeadChanges changes)
{
    public NpgsqlConnection Connection { get; } = connection;

    public IReadOnlyList<ConversationHead> Heads { get; } = heads;

    public HeadChanges Changes { get; } = changes;

    /// <summary>Work to signal after the commit.</summary>
    public HashSet<WorkKind> Due { get; } = [];

    /// <summary>Takes a change back: no episode is opened or closed anew.</summary>
    public bool Back { get; set; }

    /// <summary>Those that a rule forbade.</summary>
    public List<ConversationId> Refused { get; } = [];

    /// <summary>Those that wait for an agent now.</summary>
    public List<ConversationHead> Queued { get; } = [];

    /// <summary>Who was told of something.</summary>
    public List<ConsoleEvent> Told { get; } = [];

    /// <summary>Somebody may have room for what waits.</summary>
    public bool Wakes { get; set; }

    /// <summary>What is written after heads and counters.</summary>
    public Func<CancellationToken, Task> Last { get; set; } = _ => Task.CompletedTask;

    public SelectionResult CountedInto(SelectionResult result, IReadOnlyCollection<ConversationId> asked) =>
        result with
        {
            Done = result.Done + Changes.Count,
            Same = result.Same + Heads.Count - Changes.Count - Refused.Count,
            Missing = result.Missing + asked.Count - Heads.Count,
            Refused = result.Refused + Refused.Count,
            LeftOut = [.. result.LeftOut, .. asked.Except(Heads.Select(h => h.ConversationId)), .. Refused],
        };
}
