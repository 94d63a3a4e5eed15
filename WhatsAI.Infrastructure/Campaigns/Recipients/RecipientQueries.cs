using Npgsql;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>A campaign's recipients, page by page. What went through a number that the member does not see stands there without the number and without a way to it.</summary>
public sealed class RecipientQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 60;
    private static readonly KeyPage<RecipientRow, RecipientKey> _none = new([], null);

    /// <exception cref="RuleException">The member may not, or it took too long.</exception>
    public async Task<KeyPage<RecipientRow, RecipientKey>> PageAsync(
        CampaignId campaign,
        RecipientFilter filter,
        RecipientKey? after = null,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.CampaignsRead);
        if (filter.Number is { } number && !member.Sees(number))
        {
            return _none;
        }

        return await Patience.AskAsync(
            database,
            member.TenantId,
            async connection =>
            {
                var sql = new RecipientListSql(connection, member.TenantId, campaign, filter, member.Numbers);
                var words = SearchWords.Read(filter.Text);
                return words is { IsEmpty: false, IsTooShort: true } || (after is null && !await sql.AnyAsync(StatesOf(filter.Part), ct))
                        ? _none
                    : words.IsEmpty ? await ListAsync(sql, filter.Part, after, ct)
                    : await SearchAsync(connection, sql, words, filter.Part, after, ct);
            },
            ct
        );
    }

    /// <summary>Certain recipients as they are now, whatever became of them.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<IReadOnlyList<RecipientRow>> OfAsync(
        CampaignId campaign,
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.CampaignsRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var sql = new RecipientListSql(transaction.Connection, member.TenantId, campaign, new RecipientFilter(), member.Numbers);
        return [.. (await sql.AmongAsync(null, contacts, ct)).Select(r => r.Row)];
    }

    private static async Task<KeyPage<RecipientRow, RecipientKey>> ListAsync(
        RecipientListSql sql,
        RecipientPart part,
        RecipientKey? after,
        CancellationToken ct
    )
    {
        if (IsByTime(part))
        {
            return Cut(await sql.ByTimeAsync(StatesOf(part), after, PageSize + 1, ct));
        }

        var rows = new List<(RecipientRow, RecipientKey)>();
        var states = StatesOf(part)!;
        foreach (var state in states.SkipWhile(s => after is not null && s != after.State))
        {
            rows.AddRange(await sql.ByStateAsync(state, state == after?.State ? after.Contact : null, PageSize + 1 - rows.Count, ct));
            if (rows.Count > PageSize)
            {
                break;
            }
        }

        return Cut(rows);
    }

    private static async Task<KeyPage<RecipientRow, RecipientKey>> SearchAsync(
        NpgsqlConnection connection,
        RecipientListSql sql,
        SearchWords words,
        RecipientPart part,
        RecipientKey? after,
        CancellationToken ct
    )
    {
        var (found, rest) = await new PeopleFound(connection, words, []).CollectAsync(
            people => sql.AmongAsync(StatesOf(part), people, ct),
            after is null ? null : new ContactKey(after.Name, after.Contact),
            PageSize,
            ct
        );
        return Cut(found, rest is null ? null : new RecipientKey(rest.SortName, default, null, rest.Id));
    }

    private static KeyPage<RecipientRow, RecipientKey> Cut(
        IReadOnlyList<(RecipientRow Row, RecipientKey Key)> rows,
        RecipientKey? rest = null
    ) => KeyPage.Cut(rows, PageSize, r => r.Key, rest).Select(r => r.Row);

    private static bool IsByTime(RecipientPart part) =>
        part is not (RecipientPart.Waiting or RecipientPart.Failed or RecipientPart.Skipped or RecipientPart.Unconfirmed);

    /// <summary>Null: every one.</summary>
    private static RecipientState[]? StatesOf(RecipientPart part) =>
        part switch
        {
            RecipientPart.Waiting => [RecipientState.Sending, RecipientState.Queued, RecipientState.Planned],
            RecipientPart.Sent => [RecipientState.Sent, RecipientState.Delivered, RecipientState.Read, RecipientState.Replied],
            RecipientPart.Delivered => [RecipientState.Delivered, RecipientState.Read, RecipientState.Replied],
            RecipientPart.Read => [RecipientState.Read, RecipientState.Replied],
            RecipientPart.Replied => [RecipientState.Replied],
            RecipientPart.Failed => [RecipientState.Failed],
            RecipientPart.Skipped => [RecipientState.Skipped],
            RecipientPart.Unconfirmed => [RecipientState.Unconfirmed],
            _ => null,
        };
}
