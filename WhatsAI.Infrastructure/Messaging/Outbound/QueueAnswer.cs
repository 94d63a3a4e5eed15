using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>What became of an answer that was to be sent.</summary>
public abstract record QueueAnswer
{
    /// <summary>It is in the ledger.</summary>
    public sealed record Queued(MessageId Id) : QueueAnswer
    {
        /// <summary>What the thread says of it besides: who took the conversation with it.</summary>
        public MessageId? Line { get; init; }
    }

    /// <summary>Nothing was stored: its author is to look once more.</summary>
    public sealed record Collided(Collision Why) : QueueAnswer;
}

/// <summary>Asks, under the conversation's lock, whether a colleague has answered or is answering.</summary>
/// <param name="Holder">Who answers now, as this process knows it.</param>
/// <param name="Waited">For how long the words have been on their way from the browser.</param>
public sealed record AnswerGuard(Colleague? Holder, TimeSpan Waited);
