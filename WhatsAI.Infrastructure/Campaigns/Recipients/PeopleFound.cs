using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Infrastructure.Contacts;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>Contacts whom words find, by name and some at a time: a campaign's people are found among them by key. The connection has entered the tenant.</summary>
internal static class PeopleFound
{
    public const int Chunk = 300;

    /// <summary>Of a word that finds half the company no more are looked through for one page.</summary>
    public const int Chunks = 20;

    public static async Task<IReadOnlyList<ContactKey>> NextAsync(
        NpgsqlConnection connection,
        SearchWords words,
        ContactKey? after,
        CancellationToken ct
    )
    {
        await using var command = ContactListSql.Found(connection, words, [], after, Chunk);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var people = new List<ContactKey>();
        while (await reader.ReadAsync(ct))
        {
            people.Add(new ContactKey(reader.GetString(1), new ContactId(reader.GetGuid(0))));
        }

        return people;
    }
}
