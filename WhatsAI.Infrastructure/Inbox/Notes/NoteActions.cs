using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notes;

/// <summary>
/// Writes notes for colleagues. A note moves nothing: the conversation keeps its place and its owner, and the customer waits as before. Who is mentioned is told in
/// the same transaction.
/// </summary>
public sealed class NoteActions(NpgsqlDataSource database, CurrentMember member, EventHub hub, Limits limits, TimeProvider time)
{
    /// <param name="conversation">Where.</param>
    /// <param name="key">Made by the browser with the click: the same click arriving twice is one note.</param>
    /// <param name="text">As typed.</param>
    /// <param name="chosen">Who was chosen from the list while it was typed.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, or not so often, the text is no note, or the conversation is not there.</exception>
    public async Task WriteAsync(
        ConversationId conversation,
        Guid key,
        string text,
        IReadOnlyCollection<UserId> chosen,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsReply);
        limits.DemandSend(member.UserId);
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        if (await NumberAsync(connection, conversation, ct) is not { } number)
        {
            throw new RuleException("conversation.not-found");
        }

        var body = TypedNote.Read(text, NoteSql.Who(await AgentSql.ReadAsync(connection, tenant, ct), number), chosen);
        if (await NoteSql.AddAsync(connection, tenant, conversation, number, member.UserId, key, body, now, ct) is not { } id)
        {
            return;
        }

        var told = await TellAsync(connection, Others(body), conversation, id, now, ct);
        await transaction.CommitAsync(ct);
        hub.Publish([new MessageChanged(tenant, conversation, id), .. told]);
    }

    /// <summary>One's own only. Who is mentioned anew is told; who no longer is, no longer.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public async Task EditAsync(MessageId id, string text, IReadOnlyCollection<UserId> chosen, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var (conversation, number, before) = await LockAsync(connection, id, ct);
        var meant = chosen.Concat(before.Mentions.Select(m => m.User)).ToHashSet();
        var body = TypedNote.Read(text, NoteSql.Who(await AgentSql.ReadAsync(connection, tenant, ct), number), meant);
        await NoteSql.EditAsync(connection, tenant, id, body, now, ct);
        var (old, fresh) = (Others(before), Others(body));
        var gone = old.Except(fresh).ToArray();
        var told = await TellAsync(connection, [.. fresh.Except(old)], conversation, id, now, ct);
        var untold = gone.Length == 0 ? [] : await NoticeSql.TakeBackAsync(connection, tenant, id, gone, conversation, ct);
        await transaction.CommitAsync(ct);
        hub.Publish([new MessageChanged(tenant, conversation, id), .. told, .. untold]);
    }

    /// <summary>One's own only. Its words go for good, and with them what anybody was told of it.</summary>
    /// <exception cref="RuleException">The member may not, or it is not his or not there.</exception>
    public async Task DeleteAsync(MessageId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var tenant = member.TenantId;
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var (conversation, _, _) = await LockAsync(connection, id, ct);
        await NoteSql.DeleteAsync(connection, tenant, id, time.GetUtcNow(), ct);
        var untold = await NoticeSql.TakeBackAsync(connection, tenant, id, users: null, conversation, ct);
        await transaction.CommitAsync(ct);
        hub.Publish([new MessageChanged(tenant, conversation, id), .. untold]);
    }

    private UserId[] Others(NoteBody body) => [.. body.Mentions.Select(m => m.User).Distinct().Where(u => u != member.UserId)];

    private Task<IReadOnlyList<NoticesChanged>> TellAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<UserId> users,
        ConversationId conversation,
        MessageId note,
        DateTimeOffset now,
        CancellationToken ct
    ) => NoticeSql.MentionAsync(connection, member.TenantId, users, conversation, note, member.UserId, now, ct);

    private async Task<(ConversationId Conversation, InstanceId Number, NoteBody Body)> LockAsync(
        NpgsqlConnection connection,
        MessageId id,
        CancellationToken ct
    ) =>
        await NoteSql.LockAsync(connection, member.TenantId, id, member.UserId, ct) is { } note && member.Sees(note.Number)
            ? note
            : throw new RuleException("note.gone");

    private async Task<InstanceId?> NumberAsync(NpgsqlConnection connection, ConversationId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT instance_id FROM conversations WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            id.Value
        );
        return await command.ExecuteScalarAsync(ct) is Guid number && member.Sees(new InstanceId(number)) ? new InstanceId(number) : null;
    }
}
