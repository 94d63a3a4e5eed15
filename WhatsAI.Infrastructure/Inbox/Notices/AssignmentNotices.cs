using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notices;

/// <summary>A conversation that a member gave on.</summary>
/// <param name="Message">What its new owner is to read first; null: the conversation.</param>
internal sealed record Given(ConversationHead Before, ConversationHead After, MessageId? Message = null)
{
    public bool IsAnothers => After.AssigneeId != Before.AssigneeId;
}

/// <summary>Tells members of the conversations that were given to them; in the transaction that gives them.</summary>
internal static class AssignmentNotices
{
    /// <param name="connection">In the tenant.</param>
    /// <param name="member">Who gave them; what he gave himself is no news.</param>
    /// <param name="all">What changed hands, and what did not, which is passed over.</param>
    /// <param name="tells">Whether the new owners are told; who lost one he has not looked at is told nothing more of it in any case.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>To be published after the commit.</returns>
    public static async Task<IReadOnlyList<NoticesChanged>> WriteAsync(
        NpgsqlConnection connection,
        CurrentMember member,
        IReadOnlyCollection<Given> all,
        bool tells,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var (tenant, moved) = (member.TenantId, all.Where(g => g.IsAnothers).ToList());
        var lost = moved
            .Where(g => g.Before.AssigneeId is not null)
            .Select(g => (g.After.ConversationId, g.Before.AssigneeId!.Value))
            .ToList();
        var untold = await NoticeSql.TakeBackAsync(connection, tenant, lost, ct);
        var got = moved.Where(g => tells && g.After.AssigneeId is { } to && to != member.UserId);
        var told = await NoticeSql.AddAsync(
            connection,
            [
                .. got.Select(
                    (g, place) =>
                        new Notice
                        {
                            Id = Id.New<NoticeId>(now, place),
                            TenantId = tenant,
                            UserId = g.After.AssigneeId!.Value,
                            Kind = NoticeKind.Assigned,
                            ConversationId = g.After.ConversationId,
                            MessageId = g.Message,
                            ById = member.UserId,
                            At = now,
                        }
                ),
            ],
            ct
        );
        return [.. untold.Concat(told).Distinct()];
    }
}
