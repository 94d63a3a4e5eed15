using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Inbox.Sla;

/// <summary>"Lapses first" is cut from an index, whatever the list is of.</summary>
public sealed class SlaPlanTests
{
    private const int Conversations = 20_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_by_lapse_reads_a_page_and_not_the_table()
    {
        var world = await MessagingWorld.CreateAsync();
        var (agent, team) = (new UserId(Guid.NewGuid()), await FillAsync(world));
        await world.RunAsync("UPDATE conversation_heads SET assignee_id = $2 WHERE tenant_id = $1 AND unread = 7", agent.Value);
        await using (var analyze = world.Owner.CreateCommand("ANALYZE conversation_heads"))
        {
            await analyze.ExecuteNonQueryAsync(Ct);
        }

        var lapse = new InboxFilter { Order = InboxOrder.Lapse };
        (InboxFilter Filter, string Index)[] lists =
        [
            (lapse, "ix_conversation_heads_lapse"),
            (lapse with { InstanceId = world.Instance }, "ix_conversation_heads_lapse_of_instance"),
            (lapse with { Whose = Whose.Nobodys }, "ix_conversation_heads_lapse_unassigned"),
            (lapse with { Whose = new Whose(agent) }, "ix_conversation_heads_lapse_of_assignee"),
            (lapse with { TeamId = team }, "ix_conversation_heads_lapse_of_team"),
        ];
        foreach (var (filter, index) in lists)
        {
            foreach (
                var after in new[]
                {
                    null,
                    new ConversationKey(DateTimeOffset.UtcNow, default) { LapseAt = DateTimeOffset.UtcNow.AddDays(1) },
                }
            )
            {
                var plan = await PlanAsync(world, filter, after);
                plan.ShouldContain("Index Scan using ix_conversation_heads_lapse", Case.Sensitive, $"{index}\n{plan}");
                plan.ShouldNotContain("Seq Scan on conversation_heads", Case.Sensitive, plan);
                plan.ShouldNotContain("Sort Key: conversation_heads", Case.Sensitive, plan);
                TestContext.Current.TestOutputHelper!.WriteLine($"{index}: {plan}\n");
            }
        }
    }

    private static async Task<string> PlanAsync(MessagingWorld world, InboxFilter filter, ConversationKey? after)
    {
        await using var scope = await world.Database.BeginAsync(world.Tenant, Ct);
        await using var command = ListSql.Page(scope.Connection, world.Tenant, numbers: null, filter, after, 50);
        command.CommandText = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + command.CommandText;
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var lines = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    // One in twenty resolved, a third of the rest without a target.
    private static async Task<TeamId> FillAsync(MessagingWorld world)
    {
        var team = Guid.NewGuid();
        await world.RunAsync(
            """
            WITH t AS (INSERT INTO teams (id, tenant_id, name, mode, hours, created_at) VALUES ($4, $1, 'T', 'ByHand', '[]', now())),
            p AS (INSERT INTO contacts (id, tenant_id, created_at) SELECT gen_random_uuid(), $1, now() FROM generate_series(1, $3) RETURNING id),
            c AS (
                INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, created_at) SELECT gen_random_uuid(), $1, $2, 'Person', id, now() FROM p
                RETURNING id
            ), n AS (SELECT id, row_number() OVER () AS n FROM c)
            INSERT INTO conversation_heads (conversation_id, tenant_id, instance_id, kind, status, last_at, last_preview, last_kind, last_direction, unread, priority,
                team_id, sla, lapse_at)
            SELECT id, $1, $2, 'Person', CASE WHEN n % 20 = 0 THEN 'Resolved' ELSE 'Open' END, now() - n * interval '1 minute', 'oi', 'Text', 'In', n % 8, 'Normal',
                CASE WHEN n % 5 = 0 THEN $4 END, CASE WHEN n % 20 > 0 AND n % 3 > 0 THEN '{}'::jsonb END,
                CASE WHEN n % 20 > 0 AND n % 3 > 0 THEN now() + n * interval '1 minute' END
            FROM n
            """,
            world.Instance.Value,
            Conversations,
            team
        );
        return new TeamId(team);
    }
}
