using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notes;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notes;

/// <summary>What the next reader of a conversation that is given on should know.</summary>
/// <param name="Key">Made once by who asks: however often he asks, it is written once.</param>
public sealed record TransferNote(Guid Key, string Text);

/// <summary>A conversation goes from hand to hand: its note is written and its new owner told, in the transaction that gives it.</summary>
internal sealed class Handover(
    NpgsqlConnection connection,
    CurrentMember member,
    ConversationHead before,
    ConversationHead after,
    DateTimeOffset now
)
{
    private TenantId Tenant => member.TenantId;

    private ConversationId Conversation => after.ConversationId;

    /// <param name="note">Null: none.</param>
    /// <param name="agents">Whom it may mention.</param>
    /// <param name="line">Says who gave it to whom; stands above the note. Null: it is whose it was, and only the note is new.</param>
    /// <param name="tells">Whether the new owner is told.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>To be published after the commit.</returns>
    /// <exception cref="RuleException">The text is no note.</exception>
    public async Task<IReadOnlyList<ConsoleEvent>> WriteAsync(
        TransferNote? note,
        IReadOnlyList<AgentRow> agents,
        MessageId? line,
        bool tells,
        CancellationToken ct
    )
    {
        var events = new List<ConsoleEvent>();
        if (line is { } said)
        {
            events.Add(new MessageChanged(Tenant, Conversation, said));
        }

        UserId[] owner = tells && after.AssigneeId is { } to && to != before.AssigneeId && to != member.UserId ? [to] : [];
        var written = note is null ? null : await NoteAsync(note, agents, owner, events, ct);
        events.AddRange(
            await AssignmentNotices.WriteAsync(connection, member, [new Given(before, after, written ?? line)], tells, now, ct)
        );
        return events;
    }

    // Who is given it is told of the note with that, not a second time.
    private async Task<MessageId?> NoteAsync(
        TransferNote note,
        IReadOnlyList<AgentRow> agents,
        UserId[] owner,
        List<ConsoleEvent> events,
        CancellationToken ct
    )
    {
        var body = TypedNote.Read(note.Text, NoteSql.Who(agents, after.InstanceId), owner);
        // PostgreSQL's smallest step: the note stands below the line.
        var at = now.AddMicroseconds(1);
        if (await NoteSql.AddAsync(connection, Tenant, Conversation, after.InstanceId, member.UserId, note.Key, body, at, ct) is not { } id)
        {
            return null;
        }

        events.Add(new MessageChanged(Tenant, Conversation, id));
        UserId[] mentioned = [.. body.Mentions.Select(m => m.User).Distinct().Where(u => u != member.UserId && !owner.Contains(u))];
        events.AddRange(await NoticeSql.MentionAsync(connection, Tenant, mentioned, Conversation, id, member.UserId, now, ct));
        return id;
    }
}
