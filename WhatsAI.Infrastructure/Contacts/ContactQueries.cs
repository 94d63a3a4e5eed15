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

    // Of what the words find, so many are looked at before a page is given as it is.
    private const int Chunk = 300;
    private const int Chunks = 10;

    /// <summary>By name, or those after a place. A search that finds many of whom the filters leave few gives short pages.</summary>
    /// <exception cref="RuleException">The member may not, or it took too long.</exception>
    public Task<ContactPage> PageAsync(ContactFilter filter, ContactKey? after = null, CancellationToken ct = default) =>
        PageAsync(filter, after, PageSize, ct);

    /// <summary>A page of another size.</summary>
    internal Task<ContactPage> PageAsync(ContactFilter filter, ContactKey? after, int size, CancellationToken ct) =>
        AskAsync(
            async connection =>
            {
                var scope = await scopes.OfAsync(connection, member.TenantId, filter, ct);
                var words = SearchWords.Read(filter.Text);
                var page =
                    words.IsEmpty ? await CutAsync(connection, scope, after, size, ct)
                    : words.IsTooShort ? new ContactPage([], null)
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

    private async Task<ContactPage> CutAsync(
        NpgsqlConnection connection,
        ContactScope scope,
        ContactKey? after,
        int size,
        CancellationToken ct
    )
    {
        var rows = await ContactListSql.ReadAsync(ContactListSql.Page(connection, member.TenantId, scope, after, size + 1), ct);
        return rows.Count > size ? new ContactPage(rows[..size], rows[size - 1].Key) : new ContactPage(rows, null);
    }

    private async Task<ContactPage> SearchAsync(
        NpgsqlConnection connection,
        ContactScope scope,
        SearchWords words,
        ContactKey? after,
        int size,
        CancellationToken ct
    )
    {
        var tags = await catalogs.TagsLikeAsync(connection, words.Text, ct);
        var found = new List<ContactRow>();
        for (var i = 0; i < Chunks && found.Count <= size; i++)
        {
            var keys = await KeysAsync(ContactListSql.Found(connection, words, tags, after, Chunk), ct);
            found.AddRange(
                await ContactListSql.ReadAsync(ContactListSql.Among(connection, member.TenantId, scope, [.. keys.Select(k => k.Id)]), ct)
            );
            after = keys.Count < Chunk ? null : keys[^1];
            if (after is null)
            {
                break;
            }
        }

        return found.Count > size ? new ContactPage(found[..size], found[size - 1].Key) : new ContactPage(found, after);
    }

    private static async Task<List<ContactKey>> KeysAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var keys = new List<ContactKey>();
            while (await reader.ReadAsync(ct))
            {
                keys.Add(new ContactKey(reader.GetString(1), new ContactId(reader.GetGuid(0))));
            }

            return keys;
        }
    }

    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, Task<T>> ask, CancellationToken ct)
    {
        member.Demand(Permission.ContactsRead);
        return await Patience.AskAsync(database, member.TenantId, ask, ct);
    }
}
