using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Selection;

/// <summary>One note in each conversation of a selection, in the transaction that does the rest with them.</summary>
internal static class SelectionNotes
{
    /// <summary>Writes it and tells whom it mentions. Who is given a conversation is told of its note with that, not a second time.</summary>
    /// <returns>The same, with what their new owners are to read.</returns>
    /// <exception cref="RuleException">The text is no note.</exception>
    public static async Task<IReadOnlyList<Given>> WriteAsync(
        SelectionRun run,
        CurrentMember member,
        IReadOnlyList<Given> given,
        TransferNote note,
        IReadOnlyList<AgentRow> agents,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        // PostgreSQL's smallest step: the note stands below the line.
        var (tenant, at, written) = (member.TenantId, now.AddMicroseconds(1), new List<Given>());
        var bodies = new Dictionary<(InstanceId, UserId?), NoteBody>();
        foreach (var one in given)
        {
            var (head, owner) = (one.After, one.IsAnothers && one.After.AssigneeId != member.UserId ? one.After.AssigneeId : null);
            if (!bodies.TryGetValue((head.InstanceId, owner), out var body))
            {
                body = TypedNote.Read(note.Text, NoteSql.Who(agents, head.InstanceId), owner is { } chosen ? [chosen] : []);
                bodies.Add((head.InstanceId, owner), body);
            }

            var key = DerivedKey.Of(note.Key, head.ConversationId.Value, part: 0);
            var id = await NoteSql.AddAsync(run.Connection, tenant, head.ConversationId, head.InstanceId, member.UserId, key, body, at, ct);
            if (id is not { } added)
            {
                written.Add(one);
                continue;
            }

            written.Add(one with { Message = added });
            run.Told.Add(new MessageChanged(tenant, head.ConversationId, added));
            UserId[] mentioned = [.. body.Mentions.Select(m => m.User).Distinct().Where(u => u != member.UserId && u != owner)];
            run.Told.AddRange(
                await NoticeSql.MentionAsync(run.Connection, tenant, mentioned, head.ConversationId, added, member.UserId, now, ct)
            );
        }

        return written;
    }
}
