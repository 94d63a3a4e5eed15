using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>What the thread says of a scheduled message that did not go out: when it should have, and how it began.</summary>
internal static class ScheduledLines
{
    /// <param name="connection">In the tenant.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="message">What it is about.</param>
    /// <param name="key">A resource key; {0} is the time, {1} the beginning of the words, and then come <paramref name="more"/>.</param>
    /// <param name="more">Further values.</param>
    /// <param name="author">The member who did it; null: the program.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Ends it.</param>
    public static Task<MessageId> AddAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Waiting message,
        string key,
        IReadOnlyList<string> more,
        UserId? author,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        ActivityLines.AddAsync(
            connection,
            // A line moves nothing, so the head is not locked: who holds the row would wait for who cancels it.
            new ConversationHead
            {
                TenantId = tenant,
                ConversationId = message.Conversation,
                InstanceId = message.Number,
            },
            key,
            [LineTime.Write(message.DueAt), HeadRules.Preview(message.Says), .. more],
            author,
            now,
            ct
        );
}
