using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>
/// The company's contacts. They are the company's, not a number's; what was said with them is shown as far as the member sees the number it was said through.
/// </summary>
public sealed class ContactQueries(NpgsqlDataSource database, CurrentMember member, ContactScopes scopes, ContactCatalogQueries catalogs)
{
    public const int PageSize = 60;

    /// <summary>By name, or those after a place. A search that finds many of whom the filters leave few gives short pages.</summary>
    /// <exception cref="RuleException">The member may not, or it took too long.</exception>
    public Task<KeyPage<ContactRow, ContactKey>> PageAsync(
        ContactFilter filter,
        ContactKey? after = null,
        CancellationToken ct = default
    ) => PageAsync(filter, after, PageSize, ct);

    /// <summary>A page of another size.</summary>
    internal Task<KeyPage<ContactRow, ContactKey>> PageAsync(ContactFilter filter, ContactKey? after, int size, CancellationToken ct) =>
        AskAsync(
            async connection =>
            {
                var scope = await scopes.OfAsync(connection, member.TenantId, filter, ct);
                var words = SearchWords.Read(filter.Text);
                var page =
                    words.IsEmpty ? await CutAsync(connection, scope, after, size, ct)
                    : words.IsTooShort ? new KeyPage<ContactRow, ContactKey>([], null)
                    : await SearchAsync(connection, scope, words, after, size, ct);
                var rows = await ContactListSql.FilledAsync(connection, member.TenantId, member.NumbersParameter(), page.Rows, ct);
                return page with { Rows = rows };
            },
            ct
        );

    /// <summary>How many there are; null: too many to count while somebody waits. Without the words of a search.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<long?> CountAsync(ContactFilter filter, CancellationToken ct = default)
    {
        try
        {
            return await AskAsync<long?>(
                async connection =>
                {
                    await using var command = ContactListSql.Count(
                        connection,
                        member.TenantId,
                        await scopes.OfAsync(connection, member.TenantId, filter, ct)
                    );
                    return (long)(await command.ExecuteScalarAsync(ct))!;
                },
                ct
            );
        }
        catch (RuleException e) when (e.Key == "search.took-too-long")
        {
            return null;
        }
    }

    /// <summary>Null: there is none, it was merged into another, or the person was forgotten.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public Task<ContactView?> FindAsync(ContactId id, CancellationToken ct = default) =>
        AskAsync(
            async connection =>
                await ContactSql.FindAsync(
                    connection,
                    member.TenantId,
                    id,
                    (await catalogs.ReadAsync(ct)).Fields,
                    member.NumbersParameter(),
                    ct
                ),
            ct
        );

    private async Task<KeyPage<ContactRow, ContactKey>> CutAsync(
        NpgsqlConnection connection,
        ContactScope scope,
        ContactKey? after,
        int size,
        CancellationToken ct
    )
    {
        var rows = await ContactListSql.ReadAsync(ContactListSql.Page(connection, member.TenantId, scope, after, size + 1), ct);
        return KeyPage.Cut(rows, size, r => r.Key);
    }

    private async Task<KeyPage<ContactRow, ContactKey>> SearchAsync(
        NpgsqlConnection connection,
        ContactScope scope,
        SearchWords words,
        ContactKey? after,
        int size,
        CancellationToken ct
    )
    {
        var tags = await catalogs.TagsLikeAsync(connection, words.Text, ct);
        var (found, rest) = await new PeopleFound(connection, words, tags).CollectAsync(
            people => ContactListSql.ReadAsync(ContactListSql.Among(connection, member.TenantId, scope, people), ct),
            after,
            size,
            ct
        );
        return KeyPage.Cut(found, size, r => r.Key, rest);
    }

    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, Task<T>> ask, CancellationToken ct)
    {
        member.Demand(Permission.ContactsRead);
        return await Patience.AskAsync(database, member.TenantId, ask, ct);
    }
}
