using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox.Search;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>Contacts whom words find, by name and some at a time: what a list shows of them is found among them by key. The connection has entered the tenant.</summary>
/// <param name="connection">In the transaction that asks.</param>
/// <param name="words">Neither none nor too short.</param>
/// <param name="tags">Whoever bears one of these is found as well.</param>
internal sealed class PeopleFound(NpgsqlConnection connection, SearchWords words, IReadOnlyCollection<TagId> tags)
{
    private const int Chunk = 300;

    // Of a word that finds half the company no more are looked through for one page.
    private const int Chunks = 20;

    /// <summary>What is shown of them, until it is more than a page or so many were looked through.</summary>
    /// <param name="among">What the list has of these, by name.</param>
    /// <param name="after">Null: from the first.</param>
    /// <param name="size">Of a page.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>With where it goes on; null: everybody whom the words find was looked at.</returns>
    public async Task<(List<T> Rows, ContactKey? After)> CollectAsync<T>(
        Func<IReadOnlyCollection<ContactId>, Task<List<T>>> among,
        ContactKey? after,
        int size,
        CancellationToken ct
    )
    {
        var rows = new List<T>();
        for (var i = 0; i < Chunks && rows.Count <= size; i++)
        {
            var people = await NextAsync(after, ct);
            rows.AddRange(await among([.. people.Select(p => p.Id)]));
            if (people.Count < Chunk)
            {
                return (rows, null);
            }

            after = people[^1];
        }

        return (rows, after);
    }

    private async Task<List<ContactKey>> NextAsync(ContactKey? after, CancellationToken ct)
    {
        await using var command = ContactListSql.Found(connection, words, tags, after, Chunk);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var people = new List<ContactKey>();
        while (await reader.ReadAsync(ct))
        {
            people.Add(new ContactKey(reader.GetString(1), new ContactId(reader.GetGuid(0))));
        }

        return people;
    }
}
