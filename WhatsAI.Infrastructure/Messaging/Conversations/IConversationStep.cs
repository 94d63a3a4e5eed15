using Npgsql;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>A conversation that a member moved, in the transaction that moves it, its head locked and written.</summary>
public sealed record ConversationMove(NpgsqlConnection Connection, ConversationHead Before, ConversationHead After, DateTimeOffset Now)
{
    /// <summary>Work that the move makes due; signalled after the commit.</summary>
    public HashSet<WorkKind> Due { get; } = [];

    /// <summary>In how long the number's work that is put off to a time must be looked at; null: not because of this move.</summary>
    public TimeSpan? WakesAfter { get; set; }
}

/// <summary>What a later feature does when a member moves a conversation. Listed in order in <c>Registration</c>; an exception undoes the move.</summary>
public interface IConversationStep
{
    Task ApplyAsync(ConversationMove move, CancellationToken cancellation);
}
