using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <param name="Author">His name; null where he has none any more.</param>
/// <param name="Reason">Why it is held: a word of the resources.</param>
public sealed record ScheduledMessageRow(
    ScheduledMessageId Id,
    string Text,
    DateTimeOffset DueAt,
    string Zone,
    bool CancelsOnReply,
    ScheduledState State,
    string? Reason,
    string? Author,
    uint Version
)
{
    /// <summary>What goes out with the words; null: nothing.</summary>
    public Upload? File { get; init; }
}

/// <summary>What waits for its time in a conversation of a number the member sees.</summary>
public sealed class ScheduledMessageQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>The next one first.</summary>
    public async Task<IReadOnlyList<ScheduledMessageRow>> OfAsync(ConversationId conversation, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var rows = await db
            .ScheduledMessages.Where(m => m.ConversationId == conversation)
            .OrderBy(m => m.DueAt)
            .ThenBy(m => m.Id)
            .Take(ScheduledMessage.MostInConversation)
            .Select(m => new
            {
                m.InstanceId,
                m.AuthorId,
                m.MediaId,
                m.File,
                Gone = db.Instances.Any(i => i.Id == m.InstanceId && i.DeletedAt != null),
                Row = new ScheduledMessageRow(m.Id, m.Text, m.DueAt, m.Zone, m.CancelsOnReply, m.State, m.Reason, null, m.Version),
            })
            .ToListAsync(ct);
        var authors = rows.Select(r => r.AuthorId.Value).ToHashSet();
        var names =
            rows.Count == 0 ? [] : await db.Users.Where(u => authors.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, ct);
        return
        [
            .. rows.Where(r => member.Sees(r.InstanceId))
                .Select(r =>
                    r.Row with
                    {
                        File = ScheduledFiles.Of(r.MediaId, r.File),
                        Author = names.GetValueOrDefault(r.AuthorId.Value),
                        // Nobody is woken for a number that is no more.
                        State = r.Gone ? ScheduledState.Held : r.Row.State,
                        Reason = r.Gone ? "number-deleted" : r.Row.Reason,
                    }
                ),
        ];
    }
}
