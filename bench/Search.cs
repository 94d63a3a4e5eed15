using System.Diagnostics;
using System.Globalization;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Search;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Bench;

/// <summary>Looking for people and messages in a large company's years of work, and the plans that answered.</summary>
internal static class Search
{
    private static readonly (string Name, string[] Typed, bool People)[] Searches =
    [
        ("rare word", ["12345", "77421", "200011"], false),
        ("frequent word", ["boleto ", "pedido ", "tudo "], false),
        ("word in every fifth message", ["para "], false),
        ("two words, often together", ["bom dia ", "segunda via "], false),
        ("two frequent words, never together", ["bom boleto ", "pix carrinho "], false),
        ("beginning of a word", ["bol", "comp", "transp"], false),
        ("name that many have", ["ana", "joao fer"], true),
        ("name that few have", ["ana almeida 112", "Márcia 3996"], true),
        ("part of a number", ["00012", "77421", "(11) 90001-2345"], true),
    ];

    private static readonly string[] Indexes = ["ix_messages_search", "ix_contacts_text", "ix_conversation_heads_list"];

    public static async Task RunAsync(BenchOptions options)
    {
        await using var world = await World.StartAsync();
        var seed = await SeedBench.MakeAsync(world, options);
        await MeasureAsync(world, seed, options, "nobody else at work");
        var agents = options.Of("agents", 50, 5);
        await using (await Crowd.OpenAsync(world, agents, agents))
        {
            await MeasureAsync(world, seed, options, $"{agents} inboxes open and {agents} messages a second");
        }

        Console.WriteLine(
            $"index of messages: {await SizeAsync(world, "ix_messages_search")}, of contacts: {await SizeAsync(world, "ix_contacts_text")}"
        );
    }

    private static async Task MeasureAsync(World world, Seed seed, BenchOptions options, string how)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(world.Tenant, default, Role.Owner, "Ana");
        var queries = new SearchQueries(world.App, member);
        var rounds = options.Of("rounds", 100, 20);
        var table = new Table(
            string.Create(CultureInfo.InvariantCulture, $"Search among {seed.Conversations * 10} messages, {how}"),
            "what",
            "p50",
            "p95",
            "p99",
            "found at most",
            "plan",
            "aim p95"
        );
        foreach (var (name, typed, people) in Searches)
        {
            var (times, most) = (new Latencies(), 0);
            for (var i = -typed.Length; i < rounds; i++)
            {
                var words = typed[Math.Abs(i) % typed.Length];
                var begin = Stopwatch.GetTimestamp();
                var found = people
                    ? (await queries.PeopleAsync(words, new SearchFilter(), 6)).Count
                    : (await queries.MessagesAsync(words, new SearchFilter())).Rows.Count;
                if (i >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(begin));
                    most = Math.Max(most, found);
                }
            }

            var plans = await Task.WhenAll(typed.Select(t => PlansAsync(world, t, people)));
            table.Add(name, times.Text(0.5), times.Text(0.95), times.Text(0.99), $"{most}", Say(string.Concat(plans)), "300 ms");
        }

        table.Print();
    }

    private static async Task<string> SizeAsync(World world, string index) =>
        Table.Megabytes(await world.ScalarAsync<long>("SELECT pg_relation_size($1::regclass)", index));

    private static string Say(string plans) =>
        plans.Contains("Seq Scan on", StringComparison.Ordinal)
            ? throw new InvalidOperationException("A search read a whole table:\n" + plans)
            : string.Join(", ", Indexes.Where(i => plans.Contains(i, StringComparison.Ordinal)));

    /// <summary>What the function itself ran; what it only had explained costs nothing and is left out.</summary>
    private static async Task<string> PlansAsync(World world, string words, bool people)
    {
        await using var connection = await world.Admin.OpenConnectionAsync();
        var plans = new List<string>();
        connection.Notice += (_, e) => plans.Add(e.Notice.MessageText);
        var call = people
            ? "SELECT count(*) FROM search_people($1, '{}', null, null, null, null, 6)"
            : "SELECT count(*) FROM search_messages($1, $2, null, null, null, null, null, null, null, null, null, null, 31)";
        foreach (
            var setting in (string[])
                [
                    "LOAD 'auto_explain'",
                    "SET auto_explain.log_min_duration = 0",
                    "SET auto_explain.log_nested_statements = on",
                    "SET auto_explain.log_level = notice",
                    $"SET app.tenant = '{world.Tenant}'",
                ]
        )
        {
            await using var set = new NpgsqlCommand(setting, connection);
            await set.ExecuteNonQueryAsync();
        }

        await using var command = new NpgsqlCommand(call, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = words });
        if (!people)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = !words.EndsWith(' ') });
        }

        await command.ExecuteNonQueryAsync();
        return string.Concat(plans.Where(p => !p.Contains("EXPLAIN (FORMAT JSON)", StringComparison.Ordinal)));
    }
}
