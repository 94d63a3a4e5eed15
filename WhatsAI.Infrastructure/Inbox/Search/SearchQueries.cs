using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Search;

/// <summary>Finds messages, and the conversations of people and groups, of the numbers the member sees.</summary>
public sealed class SearchQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 30;

    // A search breaks off by itself long before; this is for a machine that is out of breath.
    private const string Patience = "SET LOCAL statement_timeout = '5s'";

    /// <summary>The newest messages with all these words, or those before a place. Nothing for a text that is too short.</summary>
    /// <exception cref="RuleException">It took too long.</exception>
    public async Task<MessageHits> MessagesAsync(
        string typed,
        SearchFilter filter,
        MessageKey? before = null,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsRead);
        var text = SearchWords.Read(typed);
        return text.IsTooShort
            ? MessageHits.None
            : await AskAsync(
                connection =>
                    SearchSql.ReadAsync(
                        SearchSql.Messages(connection, member.TenantId, member.Numbers, text, filter, before, PageSize + 1),
                        PageSize,
                        ct
                    ),
                ct
            );
    }

    /// <summary>Conversations by the name or phone number of their counterpart, the latest first. Nothing for a text that is too short.</summary>
    /// <exception cref="RuleException">It took too long.</exception>
    public async Task<IReadOnlyList<ConversationRow>> PeopleAsync(
        string typed,
        SearchFilter filter,
        int most,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsRead);
        var text = SearchWords.Read(typed);
        return text.IsTooShort
            ? []
            : await AskAsync(
                async connection =>
                {
                    var ids = await IdsAsync(SearchSql.People(connection, member.Numbers, text, filter, Math.Clamp(most, 1, 50)), ct);
                    var rows = await ConversationSql.RowsAsync(ConversationSql.ByIds(connection, member.TenantId, member.Numbers, ids), ct);
                    return rows.OrderBy(r => ids.IndexOf(r.Id)).ToList();
                },
                ct
            );
    }

    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, Task<T>> ask, CancellationToken ct)
    {
        try
        {
            await using var scope = await database.BeginAsync(member.TenantId, ct);
            await using (var patience = scope.Connection.Sql(Patience))
            {
                await patience.ExecuteNonQueryAsync(ct);
            }

            return await ask(scope.Connection);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !ct.IsCancellationRequested)
        {
            throw new RuleException("search.took-too-long");
        }
    }

    private static async Task<List<ConversationId>> IdsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var ids = new List<ConversationId>();
            while (await reader.ReadAsync(ct))
            {
                ids.Add(new ConversationId(reader.GetGuid(0)));
            }

            return ids;
        }
    }
}
