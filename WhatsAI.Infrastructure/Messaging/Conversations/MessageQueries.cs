using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>The messages of a thread, by pages upward and by id.</summary>
public sealed class MessageQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 50;

    /// <summary>Messages read at most to open a thread at its first unread one, or to jump to an old one.</summary>
    public const int MostAtOnce = 300;

    /// <summary>The messages just older than <paramref name="before"/>, or the newest.</summary>
    public async Task<ThreadPage> PageAsync(
        ConversationId conversation,
        MessageKey? before = null,
        int size = PageSize,
        CancellationToken ct = default
    )
    {
        size = Math.Clamp(size, 1, MostAtOnce);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var rows = await MessageSql.RowsAsync(
            MessageSql.Page(scope.Connection, member.TenantId, member.Numbers, conversation, before, size),
            ct
        );
        var more = rows.Count > size;
        rows = more ? rows[..size] : rows;
        rows.Reverse();
        return new ThreadPage(rows, more);
    }

    /// <summary>What was said between customer and company after <paramref name="after"/>, or from the beginning; without notes and the console's own lines.</summary>
    public async Task<IReadOnlyList<MessageRow>> SaidAsync(
        ConversationId conversation,
        MessageKey? after = null,
        int size = MostAtOnce,
        CancellationToken ct = default
    )
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return await MessageSql.RowsAsync(
            MessageSql.Said(scope.Connection, member.TenantId, member.Numbers, conversation, after, Math.Clamp(size, 1, MostAtOnce)),
            ct
        );
    }

    /// <summary>What changed, read again; a message that is not this tenant's, or of a number the member does not see, is not among the answers.</summary>
    public async Task<IReadOnlyList<MessageRow>> FindAsync(IReadOnlyCollection<MessageId> ids, CancellationToken ct = default)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return await MessageSql.RowsAsync(MessageSql.ByIds(scope.Connection, member.TenantId, member.Numbers, ids), ct);
    }

    /// <summary>
    /// Everything from <paramref name="target"/> up to what is loaded (<paramref name="before"/>), so that a quote can be jumped to; null when that would be
    /// more than <see cref="MostAtOnce"/> messages or the target is not in the thread.
    /// </summary>
    public async Task<ThreadPage?> BackToAsync(
        ConversationId conversation,
        MessageId target,
        MessageKey before,
        CancellationToken ct = default
    )
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var found = await MessageSql.RowsAsync(MessageSql.ByIds(scope.Connection, member.TenantId, member.Numbers, [target]), ct);
        if (found is not [var row] || row.ConversationId != conversation)
        {
            return null;
        }

        // A few older ones too, so that the target does not stand at the very edge.
        var page = await MessageSql.RowsAsync(
            MessageSql.Page(scope.Connection, member.TenantId, member.Numbers, conversation, row.Key, 10),
            ct
        );
        var between = await MessageSql.RowsAsync(
            MessageSql.Span(scope.Connection, member.TenantId, member.Numbers, conversation, row.Key, before, MostAtOnce + 1),
            ct
        );
        if (between.Count > MostAtOnce)
        {
            return null;
        }

        var more = page.Count > 10;
        List<MessageRow> rows = [.. between, .. more ? page[..10] : page];
        rows.Reverse();
        return new ThreadPage(rows, more);
    }

    /// <summary>A message and what stands around it, however far back; null when it is not in the thread.</summary>
    public async Task<ThreadSpan?> AroundAsync(ConversationId conversation, MessageId target, CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var found = await MessageSql.RowsAsync(MessageSql.ByIds(scope.Connection, member.TenantId, member.Numbers, [target]), ct);
        if (found is not [var row] || row.ConversationId != conversation)
        {
            return null;
        }

        var older = await MessageSql.RowsAsync(
            MessageSql.Page(scope.Connection, member.TenantId, member.Numbers, conversation, row.Key, PageSize / 2),
            ct
        );
        var newer = await MessageSql.RowsAsync(
            MessageSql.After(scope.Connection, member.TenantId, member.Numbers, conversation, row.Key, PageSize / 2),
            ct
        );
        var (moreOlder, moreNewer) = (older.Count > PageSize / 2, newer.Count > PageSize / 2);
        older = moreOlder ? older[..(PageSize / 2)] : older;
        older.Reverse();
        return new ThreadSpan([.. older, row, .. moreNewer ? newer[..(PageSize / 2)] : newer], moreOlder, moreNewer);
    }

    /// <summary>The messages just newer than <paramref name="after"/>; the page says whether there are still newer ones.</summary>
    public async Task<ThreadPage> NewerAsync(ConversationId conversation, MessageKey after, CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var rows = await MessageSql.RowsAsync(
            MessageSql.After(scope.Connection, member.TenantId, member.Numbers, conversation, after, PageSize),
            ct
        );
        return rows.Count > PageSize ? new ThreadPage(rows[..PageSize], More: true) : new ThreadPage(rows, More: false);
    }
}
