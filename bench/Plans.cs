using System.Text.RegularExpressions;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Bench;

/// <summary>By which index each list is cut, as the role that row-level security binds; a list that reads a whole table ends the measurement.</summary>
internal static partial class Plans
{
    public static async Task PrintAsync(World world)
    {
        var someone = new UserId(await world.ScalarAsync<Guid>("SELECT id FROM users LIMIT 1"));
        (string Name, InboxFilter Filter)[] lists =
        [
            ("open", new InboxFilter()),
            ("resolved", new InboxFilter(ConversationStatus.Resolved)),
            ("of one number", new InboxFilter(InstanceId: world.Numbers[0].Id)),
            ("unread", new InboxFilter(UnreadOnly: true)),
            ("mine", new InboxFilter(Whose: new Whose(someone))),
            ("unassigned", new InboxFilter(Whose: Whose.Nobodys)),
            ("urgent", new InboxFilter(Priority: ConversationPriority.Urgent)),
            ("groups", new InboxFilter { Kind = ConversationKind.Group }),
        ];
        var table = new Table("Lists and their plans", "list", "index", "rows read at most", "time in the database");
        foreach (var (name, filter) in lists)
        {
            var plan = await PlanAsync(world, filter);
            if (plan.Contains("Seq Scan on conversation_heads", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The list \"{name}\" reads a whole table:\n{plan}");
            }

            table.Add(
                name,
                string.Join(", ", HeadIndexes().Matches(plan).Select(m => m.Groups["name"].Value).Distinct(StringComparer.Ordinal)),
                $"{Rows().Matches(plan).Max(m => int.Parse(m.Groups["rows"].Value, System.Globalization.CultureInfo.InvariantCulture))}",
                Time().Match(plan).Groups["time"].Value + " ms"
            );
        }

        table.Print();
    }

    private static async Task<string> PlanAsync(World world, InboxFilter filter)
    {
        await using var connection = await world.App.OpenConnectionAsync();
        await using (var enter = new NpgsqlCommand($"SELECT set_config('app.tenant', '{world.Tenant}', false)", connection))
        {
            await enter.ExecuteNonQueryAsync();
        }

        await using var command = ListSql.Page(connection, world.Tenant, numbers: null, filter, after: null, 50);
        command.CommandText = "EXPLAIN (ANALYZE) " + command.CommandText;
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    [GeneratedRegex("(using|on) (?<name>[ip][xk]_conversation_heads\\w*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HeadIndexes();

    [GeneratedRegex(@"actual time=[\d.]+ rows=(?<rows>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex(@"Execution Time: (?<time>[\d.]+) ms", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Time();
}
