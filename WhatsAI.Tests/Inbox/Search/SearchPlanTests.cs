using System.Globalization;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Search;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging.Conversations;

namespace WhatsAI.Tests.Inbox.Search;

/// <summary>Words that are frequent enough to be looked for day by day, among tens of thousands of messages.</summary>
public sealed class SearchPlanTests
{
    // Nobody else's, and the same for all tests of a run: what is frequent is so in the whole database.
    private const string Frequent = "zinnia";
    private const string Whole = Frequent + " ";
    private const int Messages = 20_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frequent_word_is_found_newest_first_whole_and_by_an_index()
    {
        var (world, queries) = await SearchQueriesTests.CreateAsync();
        var many = await world.CustomerWritesAsync("5511977770001", "oi");
        var few = await world.CustomerWritesAsync("5511977770002", "oi");
        await SearchQueriesTests.FillAsync(world, many, Messages, Frequent, "10 minutes");
        await SearchQueriesTests.FillAsync(world, few, 3, "antiga " + Frequent + " unica", "400 days");
        await ReadyAsync();

        // Its page is that of the newest days.
        var first = await queries.MessagesAsync(Whole, new SearchFilter(), ct: Ct);
        first.Rows.Count.ShouldBe(SearchQueries.PageSize);
        first.Rows.Select(r => Number(r.Text)).ShouldBe(Enumerable.Range(1, SearchQueries.PageSize));
        var second = await queries.MessagesAsync(Whole, new SearchFilter(), first.Next, Ct);
        second.Rows.Select(r => Number(r.Text)).ShouldBe(Enumerable.Range(SearchQueries.PageSize + 1, SearchQueries.PageSize));

        // Far back, in days without any, and to the very first.
        var old = await AllAsync(queries, Whole, new SearchFilter(Until: DateTimeOffset.UtcNow.AddDays(-Messages / 144.0 + 0.05)));
        old.Count.ShouldBeInRange(8, 14);
        old.Select(r => r.Key).ShouldBe(old.Select(r => r.Key).OrderDescending());
        old.Count(r => r.Text.StartsWith("antiga", StringComparison.Ordinal)).ShouldBe(3);

        // Frequent, and seldom together.
        (await AllAsync(queries, $"{Frequent} 19999", new SearchFilter())).ShouldHaveSingleItem();
        (await AllAsync(queries, $"unica {Frequent}", new SearchFilter())).Count.ShouldBe(3);

        // Of another company nothing, however frequent.
        var (_, foreign) = await SearchQueriesTests.CreateAsync();
        (await AllAsync(foreign, Whole, new SearchFilter())).ShouldBeEmpty();

        foreach (var words in new[] { Whole, "zin", $"{Frequent} 77", "unica" })
        {
            var plans = await PlansAsync(world, words);
            (words != Whole || plans.Contains("'@", StringComparison.Ordinal)).ShouldBeTrue("day by day: " + plans);
            plans.ShouldContain("ix_messages_search", Case.Sensitive, words + plans);
            plans.ShouldNotContain("Seq Scan on messages", Case.Sensitive, words);
        }
    }

    private static int Number(string text) => int.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture);

    private static async Task ReadyAsync()
    {
        await using var owner = await (await TestDatabase.OwnerSourceAsync()).OpenConnectionAsync(Ct);
        await using var command = owner.Sql("ANALYZE messages");
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<List<MessageHit>> AllAsync(SearchQueries queries, string typed, SearchFilter filter)
    {
        var all = new List<MessageHit>();
        MessageKey? before = null;
        do
        {
            var page = await queries.MessagesAsync(typed, filter, before, Ct);
            all.AddRange(page.Rows);
            (before, var back) = (page.Next, page.LookedBackTo);
            (back is null || page.Rows.Count < SearchQueries.PageSize).ShouldBeTrue();
        } while (before is not null);

        return all;
    }

    /// <summary>Every plan that the function ran, as the server's administrator sees it.</summary>
    private static async Task<string> PlansAsync(InboxWorld world, string words)
    {
        var admin = new NpgsqlConnectionStringBuilder(await TestDatabase.OwnerAsync())
        {
            Username = ClusterProvision.Admin,
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(admin.ConnectionString);
        var plans = new List<string>();
        connection.Notice += (_, e) => plans.Add(e.Notice.MessageText);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(
            $"""
            LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET auto_explain.log_level = notice;
            SET app.tenant = '{world.Messaging.Tenant}';
            SELECT count(*) FROM search_messages('{words}', {words
                != Whole}, null, null, null, null, null, null, null, null, null, null, 31);
            """,
            connection
        );
        await command.ExecuteNonQueryAsync(Ct);
        return string.Join('\n', plans);
    }
}
