using Npgsql;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Tests.Retention;

namespace WhatsAI.Tests.Inbox.Notes;

public sealed class NoticeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_given_a_conversation_is_told_with_the_note_that_came_along()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia, caio) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"), await world.AgentAsync("Caio"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        var note = new TransferNote(Guid.NewGuid(), "@Bia, fale com o @Caio");

        await world.Actions(ana).AssignAsync(id, bia, note, Ct);
        await world.Actions(ana).AssignAsync(id, bia, note, Ct);

        var told = (await world.Told(bia).PageAsync(ct: Ct)).Rows.ShouldHaveSingleItem();
        (told.Kind, told.ByName, told.Text).ShouldBe((NoticeKind.Assigned, "Ana", "@Bia, fale com o @Caio"));
        (await world.Told(caio).PageAsync(ct: Ct)).Rows.ShouldHaveSingleItem().Kind.ShouldBe(NoticeKind.Mentioned);
        var thread = (await world.Messages(ana).PageAsync(id, ct: Ct)).Rows;
        thread.Select(r => r.Kind).ShouldBe([MessageKind.Text, MessageKind.Line, MessageKind.Note]);
        thread[^1].Id.ShouldBe(told.MessageId!.Value);
    }

    [Fact]
    public async Task Transfer_that_is_refused_leaves_no_note()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, stranger) = (await world.AgentAsync("Ana"), await (await TeamWorld.CreateAsync()).AgentAsync("Zé"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);

        await Should.ThrowAsync<Core.Common.RuleException>(() =>
            world.Actions(ana).AssignAsync(id, stranger, new TransferNote(Guid.NewGuid(), "para você"), Ct)
        );

        (await world.Messages(ana).PageAsync(id, ct: Ct)).Rows.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Taking_it_oneself_or_an_undo_tells_nobody_and_what_is_taken_away_unread_is_no_news()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia, caio) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"), await world.AgentAsync("Caio"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);

        await world.Actions(ana).AssignAsync(id, ana, ct: Ct);
        (await world.Told(ana).UnreadAsync(Ct)).ShouldBe(0);
        var before = await world.Actions(ana).AssignAsync(id, bia, ct: Ct);
        (await world.Told(bia).UnreadAsync(Ct)).ShouldBe(1);
        await world.Actions(bia).RestoreAsync(id, before, Ct);
        (await world.Told(ana).UnreadAsync(Ct)).ShouldBe(0);
        (await world.Told(bia).PageAsync(ct: Ct)).Rows.ShouldBeEmpty();

        await world.Actions(ana).AssignAsync(id, bia, ct: Ct);
        await world.Bell(bia).ReadConversationAsync(id, Ct);
        await world.Actions(ana).AssignAsync(id, caio, ct: Ct);
        (await world.Told(bia).PageAsync(ct: Ct)).Rows.ShouldHaveSingleItem().IsRead.ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_program_gives_out_it_tells_of()
    {
        var world = await TeamWorld.CreateAsync();
        await world.RouteAsync(AssignmentMode.RoundRobin);
        var bia = await world.AgentAsync("Bia");
        await world.WriteAsync(1);

        await world.GiveAsync();

        var told = (await world.Told(bia).PageAsync(ct: Ct)).Rows.ShouldHaveSingleItem();
        (told.Kind, told.ByName, told.Text).ShouldBe((NoticeKind.Assigned, null, null));
    }

    [Fact]
    public async Task Who_is_given_many_at_once_is_told_of_each_until_it_is_taken_back()
    {
        var world = await SelectionWorld.CreateAsync();
        var bia = await world.World.AgentAsync("Bia");
        var ids = await world.ConversationsAsync(3);

        var given = await world.Actions().AssignAsync(ids, bia, Ct);

        (await world.World.Told(bia).PageAsync(ct: Ct)).Rows.Select(r => r.ConversationId).ShouldBe(ids, ignoreOrder: true);
        (await world.World.Told(world.Ana).UnreadAsync(Ct)).ShouldBe(0);
        await world.Actions().UndoAsync(given.Undo!, Ct);
        (await world.World.Told(bia).PageAsync(ct: Ct)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_reads_or_marks_what_another_was_told_in_his_company_or_any_other()
    {
        var (world, foreign) = (await TeamWorld.CreateAsync(), await TeamWorld.CreateAsync());
        var (ana, bia, caio) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"), await world.AgentAsync("Caio"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        await world.Notes(ana).WriteAsync(id, Guid.NewGuid(), "@Bia veja", [], Ct);
        var notice = (await world.Told(bia).PageAsync(ct: Ct)).Rows[0].Id;

        foreach (var (who, where) in new[] { (caio, world), (ana, world), (bia, foreign) })
        {
            (await where.Told(who).PageAsync(ct: Ct)).Rows.ShouldBeEmpty();
            await where.Bell(who).ReadAsync(notice, Ct);
            await where.Bell(who).ReadConversationAsync(id, Ct);
            await where.Bell(who).ReadAllAsync(Ct);
        }

        (await world.Told(bia).UnreadAsync(Ct)).ShouldBe(1);
        await world.Bell(bia).ReadAsync(notice, Ct);
        (await world.Told(bia).UnreadAsync(Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task Of_a_number_one_no_longer_sees_nothing_is_listed_or_counted()
    {
        var world = await TeamWorld.CreateAsync();
        var other = await TeamWorld.CreateAsync(world.Number);
        var (ana, bia) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia", numbers: [world.Number.Instance]));
        await world.WriteAsync(1);
        await world.Notes(ana).WriteAsync(await world.ConversationAsync(1), Guid.NewGuid(), "@Bia veja", [], Ct);
        (await world.Told(bia, world.Number.Instance).UnreadAsync(Ct)).ShouldBe(1);

        await world.RunAsync(
            "UPDATE member_numbers SET instance_id = $3 WHERE tenant_id = $1 AND user_id = $2",
            bia.Value,
            other.Number.Instance.Value
        );

        (await world.Told(bia, other.Number.Instance).UnreadAsync(Ct)).ShouldBe(0);
        (await world.Told(bia, other.Number.Instance).PageAsync(ct: Ct)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task List_is_paged_by_its_place_and_misses_and_doubles_none()
    {
        var world = await TeamWorld.CreateAsync();
        var bia = await world.AgentAsync("Bia");
        await world.WriteAsync(1);
        await AddAsync(world, bia, await world.ConversationAsync(1), 45);
        var (seen, before) = (new List<NoticeId>(), (NoticeKey?)null);

        for (var more = true; more; )
        {
            var page = await world.Told(bia).PageAsync(before, ct: Ct);
            seen.AddRange(page.Rows.Select(r => r.Id));
            (before, more) = (page.Rows[^1].Key, page.More);
        }

        (seen.Count, seen.Distinct().Count()).ShouldBe((45, 45));
        (await world.Told(bia).UnreadAsync(Ct)).ShouldBe(45);
    }

    [Fact]
    public async Task What_is_told_goes_after_its_days_and_with_the_membership()
    {
        var world = await TeamWorld.CreateAsync();
        var (bia, caio) = (await world.AgentAsync("Bia"), await world.AgentAsync("Caio"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        await AddAsync(world, bia, id, 3, daysAgo: 91);
        await AddAsync(world, bia, id, 2, daysAgo: 89);
        await AddAsync(world, caio, id, 1);

        var removed = await world.Number.RunAsync(new NoticeRetention(), new RetentionOptions { StepPause = TimeSpan.Zero, StepRows = 2 });

        removed.ShouldBe(new Dictionary<string, long> { ["notices"] = 3 });
        (await world.Number.RunAsync(new NoticeRetention(), new RetentionOptions { NoticeDays = 0 })).ShouldBeEmpty();
        await using (var transaction = await world.Number.Database.BeginAsync(world.Tenant, Ct))
        {
            var step = new NoticeStep();
            (await step.ChangedAsync(transaction.Connection, world.Tenant, bia, Ct)).ShouldBeFalse();
            await using var leave = transaction.Connection.Sql(
                "DELETE FROM memberships WHERE tenant_id = $1 AND user_id = $2",
                world.Tenant.Value,
                caio.Value
            );
            await leave.ExecuteNonQueryAsync(Ct);
            await step.ChangedAsync(transaction.Connection, world.Tenant, caio, Ct);
            await transaction.CommitAsync(Ct);
        }

        (await world.Number.CountAsync("notices")).ShouldBe(2);
    }

    [Fact]
    public async Task Bell_list_and_retention_are_answered_by_indexes()
    {
        var world = await TeamWorld.CreateAsync();
        var (tenant, user) = (world.Tenant.Value, await world.AgentAsync("Bia"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        await AddAsync(world, user, id, 50);
        for (var other = 0; other < 30; other++)
        {
            await AddAsync(world, new UserId(Guid.NewGuid()), id, 100);
        }

        await world.RunAsync("ANALYZE notices");

        (await PlanAsync(world, NoticeCounts.Sql, tenant, NoticeCounts.Most)).ShouldContain("ix_notices_unread");
        (
            await PlanAsync(
                world,
                NoticeQueries.PageSql,
                tenant,
                user.Value,
                DateTime.UtcNow,
                Guid.AllBitsSet,
                21,
                new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Uuid }
            )
        ).ShouldContain("ix_notices_list");
        (await PlanAsync(world, NoticeRetention.StepSql, tenant, 90, 500)).ShouldContain("ix_notices_at");
    }

    private static Task AddAsync(TeamWorld world, UserId user, ConversationId id, int count, int daysAgo = 0) =>
        world.RunAsync(
            """
            INSERT INTO notices (id, tenant_id, user_id, kind, conversation_id, at)
            SELECT gen_random_uuid(), $1, $2, 'Assigned', $3, date_trunc('hour', now()) - make_interval(days => $5, secs => n / 4) FROM generate_series(1, $4) n
            """,
            user.Value,
            id.Value,
            count,
            daysAgo
        );

    private static async Task<string> PlanAsync(TeamWorld world, string sql, params object?[] values)
    {
        await using var transaction = await world.Number.Database.BeginAsync(world.Tenant, Ct);
        await using var setting = transaction.Connection.Sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off");
        await setting.ExecuteNonQueryAsync(Ct);
        await using var command = transaction.Connection.Sql("EXPLAIN (COSTS OFF) " + sql, values);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var lines = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }
}
