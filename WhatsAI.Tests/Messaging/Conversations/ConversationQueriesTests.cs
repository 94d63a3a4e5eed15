using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Conversations;

public sealed class ConversationQueriesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    // Filled once: they are only read.
    private static readonly Lazy<Task<InboxWorld>> _large = new(() => FilledAsync(20_000));
    private static readonly Lazy<Task<(InboxWorld World, FrozenSet<InstanceId> Few)>> _ofThree = new(async () =>
    {
        var world = await FilledAsync(10_000);
        var (second, third) = (
            await MessagingWorld.CreateAsync(world.Messaging.Tenant),
            await MessagingWorld.CreateAsync(world.Messaging.Tenant)
        );
        await SeedAsync(new InboxWorld(second, world.Member), 1_000);
        await SeedAsync(new InboxWorld(third, world.Member), 1_000);
        return (world, [second.Instance, third.Instance]);
    });

    [Fact]
    public async Task Row_says_who_what_and_through_which_number()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi", "tudo bem?");

        var page = await world.Conversations.PageAsync(new InboxFilter(), ct: None);

        page.More.ShouldBeFalse();
        var row = page.Rows.ShouldHaveSingleItem();
        (row.Id, row.Phone, row.LastPreview, row.LastDirection, row.Unread, row.InstanceId, row.Status).ShouldBe(
            (id, "+5511977770001", "tudo bem?", MessageDirection.In, 2, world.Messaging.Instance, ConversationStatus.Open)
        );
        row.DisplayPhone.ShouldBe("+55 11 97777-0001");
        row.InstanceName.ShouldStartWith("Vendas");
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repeat_also_within_one_second()
    {
        var world = await InboxWorld.CreateAsync();
        await SeedAsync(world, 130, sameSecond: true);

        var seen = new List<ConversationRow>();
        ConversationPage page;
        ConversationKey? after = null;
        do
        {
            page = await world.Conversations.PageAsync(new InboxFilter(), after, None);
            seen.AddRange(page.Rows);
            after = page.Rows[^1].Key;
        } while (page.More);

        seen.Count.ShouldBe(130);
        seen.Select(r => r.Id).Distinct().Count().ShouldBe(130);
        seen.Select(r => r.Id).ShouldBe(seen.OrderBy(r => r.Key).Select(r => r.Id), "the key sorts as the database does");
    }

    [Fact]
    public async Task Filters_keep_to_status_number_and_unread_and_groups_are_a_list_of_their_own()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        var read = await world.CustomerWritesAsync("5511977770002", "oi");
        await world.Actions.MarkReadAsync(read, None);
        var done = await world.CustomerWritesAsync("5511977770003", "oi");
        await world.Actions.SetStatusAsync(done, ConversationStatus.Resolved, None);
        var group = await world.CustomerWritesAsync("5511977770004", "oi");
        await world.Messaging.RunAsync(
            "UPDATE conversation_heads SET kind = 'Group' WHERE tenant_id = $1 AND conversation_id = $2",
            group.Value
        );

        (await IdsAsync(new InboxFilter())).ShouldBe([read, id], ignoreOrder: true);
        (await IdsAsync(new InboxFilter(UnreadOnly: true))).ShouldBe([id]);
        (await IdsAsync(new InboxFilter { Kind = ConversationKind.Group })).ShouldBe([group]);
        (await IdsAsync(new InboxFilter(ConversationStatus.Resolved))).ShouldBe([done]);
        (await IdsAsync(new InboxFilter(InstanceId: world.Messaging.Instance))).Count.ShouldBe(2);
        (await IdsAsync(new InboxFilter(InstanceId: new InstanceId(Guid.NewGuid())))).ShouldBeEmpty();

        async Task<List<ConversationId>> IdsAsync(InboxFilter filter) =>
            [.. (await world.Conversations.PageAsync(filter, ct: None)).Rows.Select(r => r.Id)];
    }

    [Fact]
    public async Task Counters_are_read_and_never_counted()
    {
        var world = await InboxWorld.CreateAsync();
        await world.CustomerWritesAsync("5511977770001", "oi");
        var done = await world.CustomerWritesAsync("5511977770002", "oi");
        await world.Actions.SetStatusAsync(done, ConversationStatus.Resolved, None);

        var summary = await world.Conversations.SummaryAsync(None);

        summary.Conversations(new InboxFilter(ConversationStatus.Open)).ShouldBe(1);
        summary.Conversations(new InboxFilter(ConversationStatus.Resolved)).ShouldBe(1);
        summary.Unread.ShouldBe(1);
        summary.Number(world.Messaging.Instance)!.State.ShouldBe(InstanceState.Open);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Page_is_cut_from_an_index_in_its_order(bool ofInstance, bool unread)
    {
        var world = await _large.Value;
        await world.Messaging.RunAsync("ANALYZE conversation_heads, conversations, contacts");
        var filter = new InboxFilter(InstanceId: ofInstance ? world.Messaging.Instance : null, UnreadOnly: unread);
        var after = (await world.Conversations.PageAsync(filter, ct: None)).Rows[^1].Key;

        await using var scope = await world.Messaging.Database.BeginAsync(world.Messaging.Tenant, None);
        await using var command = ListSql.Page(scope.Connection, world.Messaging.Tenant, numbers: null, filter, after, 50);
        command.CommandText = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + command.CommandText;
        var plan = await PlanAsync(command);

        // The index gives the order, and no row beyond the page's is read of any table.
        plan.ShouldContain("Index Scan using ix_conversation_heads_");
        Regex.Matches(plan, @"actual rows=(\d+)").Max(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ShouldBe(51, plan);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Page_of_a_member_who_sees_a_few_numbers_is_cut_from_an_index_too(bool unread)
    {
        var (world, seen) = await _ofThree.Value;
        await world.Messaging.RunAsync("ANALYZE conversation_heads, conversations, contacts");
        var filter = new InboxFilter(UnreadOnly: unread);
        await using var scope = await world.Messaging.Database.BeginAsync(world.Messaging.Tenant, None);
        var rows = await ConversationSql.RowsAsync(
            ListSql.Page(scope.Connection, world.Messaging.Tenant, seen, filter, after: null, 50),
            None
        );

        // Among the hundreds of companies that tests leave behind, the statistics may not know this one; then a bitmap of all its rows looks cheap.
        await using (var walk = scope.Connection.Sql("SET LOCAL enable_bitmapscan = off"))
        {
            await walk.ExecuteNonQueryAsync(None);
        }

        await using var command = ListSql.Page(scope.Connection, world.Messaging.Tenant, seen, filter, rows[4].Key, 50);
        command.CommandText = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + command.CommandText;
        var plan = await PlanAsync(command);

        rows.ShouldAllBe(r => seen.Contains(r.InstanceId));
        rows.Select(r => r.Key).ShouldBe(rows.Select(r => r.Key).Order());
        plan.ShouldContain("ix_conversation_heads_");
        plan.ShouldNotContain("Seq Scan on conversation_heads");
        // A page of each number at most, of which one is shown.
        Regex
            .Matches(plan, @"actual rows=(\d+)")
            .Max(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))
            .ShouldBeLessThanOrEqualTo(51 * seen.Count, plan);
    }

    [Theory]
    [InlineData(20, "Index Scan using pk_conversation_heads")]
    [InlineData(15_000, "Index Scan using ix_conversation_heads_list")]
    public async Task Rare_label_is_looked_up_and_a_common_one_is_met_on_the_way(int carriers, string index)
    {
        var world = await InboxWorld.CreateAsync();
        await SeedAsync(world, 20_000);
        // Or each label's foreign key is looked up as in an empty table, by reading all of it.
        await world.Messaging.RunAsync("ANALYZE conversation_heads, conversations, contacts");
        var label = Id.New<LabelId>(DateTimeOffset.UtcNow);
        await world.Messaging.RunAsync(
            """
            WITH label AS (INSERT INTO labels (id, tenant_id, name, folded_name, colour, created_at) VALUES ($2, $1, 'VIP', 'vip', 1, now()) RETURNING id)
            INSERT INTO conversation_labels (tenant_id, conversation_id, label_id)
            SELECT $1, h.conversation_id, label.id FROM label, (SELECT conversation_id FROM conversation_heads WHERE tenant_id = $1 ORDER BY md5(conversation_id::text) LIMIT $3) h
            """,
            label.Value,
            carriers
        );
        // Another one that is common: how often each occurs is what the choice is made by.
        await world.Messaging.RunAsync(
            """
            WITH label AS (INSERT INTO labels (id, tenant_id, name, folded_name, colour, created_at) VALUES (gen_random_uuid(), $1, 'x', 'x', 1, now()) RETURNING id)
            INSERT INTO conversation_labels (tenant_id, conversation_id, label_id)
            SELECT $1, h.conversation_id, label.id FROM label, conversation_heads h WHERE h.tenant_id = $1
            """
        );
        await world.Messaging.RunAsync("ANALYZE conversation_heads, conversations, contacts, conversation_labels");
        var filter = new InboxFilter(LabelId: label);

        await using var scope = await world.Messaging.Database.BeginAsync(world.Messaging.Tenant, None);
        await using var command = await LabelledAsync(scope.Connection, world, filter);
        var plan = await PlanAsync(command);

        plan.ShouldContain(index);
        plan.ShouldNotContain("Seq Scan on conversation_heads");
        Regex
            .Matches(plan, @"actual rows=(\d+)")
            .Max(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))
            .ShouldBeLessThan(200, plan);
        (await world.Conversations.PageAsync(filter, ct: None)).Rows.ShouldAllBe(r => r.Labels.Contains(label) && filter.Accepts(r));
    }

    [Fact]
    public async Task Label_that_only_old_conversations_carry_is_looked_up()
    {
        var world = await InboxWorld.CreateAsync();
        await SeedAsync(world, 20_000);
        var label = Id.New<LabelId>(DateTimeOffset.UtcNow);
        await world.Messaging.RunAsync(
            """
            WITH label AS (INSERT INTO labels (id, tenant_id, name, folded_name, colour, created_at) VALUES ($2, $1, 'VIP', 'vip', 1, now()) RETURNING id)
            INSERT INTO conversation_labels (tenant_id, conversation_id, label_id)
            SELECT $1, h.conversation_id, label.id FROM label, (SELECT conversation_id FROM conversation_heads WHERE tenant_id = $1 ORDER BY last_at, conversation_id LIMIT 1500) h
            """,
            label.Value
        );
        await world.Messaging.RunAsync("ANALYZE conversation_heads, conversations, contacts, conversation_labels");
        var filter = new InboxFilter(LabelId: label);

        await using var scope = await world.Messaging.Database.BeginAsync(world.Messaging.Tenant, None);
        await using var command = await LabelledAsync(scope.Connection, world, filter);
        var plan = await PlanAsync(command);

        // All that carry it and no other; the walk would begin with 18,500 that do not.
        Regex
            .Matches(plan, @"actual rows=(\d+)")
            .Max(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))
            .ShouldBe(1_500, plan);
        (await world.Conversations.PageAsync(filter, ct: None)).Rows.Count.ShouldBe(50);
    }

    [Fact]
    public async Task Rare_priority_is_cut_from_an_index_of_its_own()
    {
        var world = await InboxWorld.CreateAsync();
        await SeedAsync(world, 20_000);
        await world.Messaging.RunAsync("UPDATE conversation_heads SET priority = 'Urgent' WHERE tenant_id = $1 AND unread > 0");
        await world.Messaging.RunAsync("ANALYZE conversation_heads, conversations, contacts");
        var filter = new InboxFilter(Priority: ConversationPriority.Urgent);

        await using var scope = await world.Messaging.Database.BeginAsync(world.Messaging.Tenant, None);
        await using var command = ListSql.Page(scope.Connection, world.Messaging.Tenant, numbers: null, filter, after: null, 50);
        command.CommandText = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + command.CommandText;
        var plan = await PlanAsync(command);

        plan.ShouldContain("ix_conversation_heads_priority");
        (await world.Conversations.PageAsync(filter, ct: None)).Rows.ShouldAllBe(r => filter.Accepts(r));
    }

    [Fact]
    public async Task Contact_pane_knows_the_identities_and_the_other_conversations()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");

        var view = await world.Conversations.FindAsync(id, None);

        view!.Row.Id.ShouldBe(id);
        view.ContactSince.ShouldNotBeNull();
        view.Identities.ShouldContain(i => i.Value == "+5511977770001" || i.Value == "5511977770001");
        view.Others.ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_conversations_of_one_second_keep_one_order()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        await world.Messaging.RunAsync(
            """
            WITH numbers AS (
                INSERT INTO instances SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'name', i.name || n))).*
                FROM instances i, generate_series(1, 8) n WHERE i.tenant_id = $1 AND i.id = $2 RETURNING id
            ), threads AS (
                INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, created_at)
                SELECT gen_random_uuid(), $1, n.id, 'Person', c.contact_id, now() FROM numbers n, conversations c WHERE c.tenant_id = $1 AND c.id = $3
                RETURNING id, instance_id
            )
            INSERT INTO conversation_heads (conversation_id, tenant_id, instance_id, kind, status, last_at, last_preview, last_kind, last_direction, unread)
            SELECT id, $1, instance_id, 'Person', 'Open', date_trunc('second', now()), 'oi', 'Text', 'In', 0 FROM threads
            """,
            world.Messaging.Instance.Value,
            id.Value
        );

        var others = (await world.Conversations.FindAsync(id, None))!.Others;

        others.Count.ShouldBe(8);
        others.Select(r => r.Id).ShouldBe(others.OrderBy(r => r.Key).Select(r => r.Id));
    }

    private static async Task<string> PlanAsync(NpgsqlCommand command)
    {
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(None);
        while (await reader.ReadAsync(None))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    /// <summary>The list as it is asked for, explained.</summary>
    private static async Task<NpgsqlCommand> LabelledAsync(NpgsqlConnection connection, InboxWorld world, InboxFilter filter)
    {
        var tenant = world.Messaging.Tenant;
        var carried = await ListSql.CarriersAsync(connection, tenant, filter.LabelId!.Value, None);
        var command = ListSql.Page(connection, tenant, numbers: null, filter, after: null, 50, carried);
        command.CommandText = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + command.CommandText;
        return command;
    }

    private static async Task<InboxWorld> FilledAsync(int count)
    {
        var world = await InboxWorld.CreateAsync();
        await SeedAsync(world, count);
        return world;
    }

    private static Task SeedAsync(InboxWorld world, int count, bool sameSecond = false) =>
        TestDatabase.FillAsync(
            """
            WITH people AS (
                INSERT INTO contacts (id, tenant_id, phone, created_at)
                SELECT gen_random_uuid(), $1, '+55119' || (10000000 + n), now() FROM generate_series(1, $3) n RETURNING id, phone
            ), threads AS (
                INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, created_at)
                SELECT gen_random_uuid(), $1, $2, 'Person', id, now() FROM people RETURNING id
            )
            INSERT INTO conversation_heads (conversation_id, tenant_id, instance_id, kind, status, last_at, last_preview, last_kind, last_direction, unread)
            SELECT id, $1, $2, 'Person', 'Open', date_trunc('second', now()) - n * $4::interval, 'oi', 'Text', 'In', CASE WHEN n % 100 = 0 THEN 1 ELSE 0 END
            FROM (SELECT id, row_number() OVER () AS n FROM threads) t
            """,
            world.Messaging.Tenant.Value,
            world.Messaging.Instance.Value,
            count,
            sameSecond ? "0 s" : "1 min"
        );
}
