using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Tests.Messaging.Conversations;

public sealed class MessageQueriesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Thread_is_read_by_pages_from_the_newest_up()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        await SeedAsync(world, id, 120);

        var newest = await world.Messages.PageAsync(id, ct: None);
        var older = await world.Messages.PageAsync(id, newest.Rows[0].Key, ct: None);
        var oldest = await world.Messages.PageAsync(id, older.Rows[0].Key, ct: None);

        (newest.More, older.More, oldest.More).ShouldBe((true, true, false));
        List<MessageRow> all = [.. oldest.Rows, .. older.Rows, .. newest.Rows];
        all.Count.ShouldBe(121);
        all.Select(r => r.Id).ShouldBe(all.OrderBy(r => r.Key).Select(r => r.Id), "oldest first, and the key sorts as the database does");
        all.Select(r => r.Id).Distinct().Count().ShouldBe(121);
    }

    [Fact]
    public async Task Jump_reads_everything_between_and_refuses_what_is_too_far()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        await SeedAsync(world, id, 400);
        var newest = await world.Messages.PageAsync(id, ct: None);
        var some = await world.Messages.PageAsync(id, newest.Rows[0].Key, size: 100, ct: None);
        var target = some.Rows[20];
        var far = (await world.Messages.PageAsync(id, some.Rows[0].Key, size: 240, ct: None)).Rows[0];

        var page = await world.Messages.BackToAsync(id, target.Id, newest.Rows[0].Key, None);

        page!.Rows.ShouldContain(r => r.Id == target.Id);
        page.Rows[10].Id.ShouldBe(target.Id, "a few older ones come along");
        (page.Rows.Count, page.More).ShouldBe((10 + 80, true));
        (await world.Messages.BackToAsync(id, far.Id, newest.Rows[0].Key, None)).ShouldBeNull();
        (await world.Messages.BackToAsync(id, new MessageId(Guid.NewGuid()), newest.Rows[0].Key, None)).ShouldBeNull();
    }

    [Fact]
    public async Task Thread_is_read_around_a_message_however_far_back_and_on_from_there()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        await SeedAsync(world, id, 400);
        var all = new List<MessageRow>();
        MessageKey? before = null;
        ThreadPage page;
        do
        {
            page = await world.Messages.PageAsync(id, before, size: 300, ct: None);
            all.InsertRange(0, page.Rows);
            before = page.Rows[0].Key;
        } while (page.More);

        var span = (await world.Messages.AroundAsync(id, all[60].Id, None))!;
        var on = await world.Messages.NewerAsync(id, span.Rows[^1].Key, None);
        var end = await world.Messages.NewerAsync(id, all[^3].Key, None);

        (span.Older, span.Newer, on.More, end.More).ShouldBe((true, true, true, false));
        span.Rows.Concat(on.Rows).Select(r => r.Id).ShouldBe(all.Skip(60 - 25).Take(25 + 1 + 25 + 50).Select(r => r.Id));
        end.Rows.Select(r => r.Id).ShouldBe(all[^2..].Select(r => r.Id));
        (await world.Messages.AroundAsync(id, all[0].Id, None))!.Older.ShouldBeFalse();
        (await world.Messages.AroundAsync(id, new MessageId(Guid.NewGuid()), None)).ShouldBeNull();
        var other = await world.CustomerWritesAsync("5511977770002", "oi");
        (await world.Messages.AroundAsync(other, all[60].Id, None)).ShouldBeNull();
    }

    [Fact]
    public async Task Row_counts_reactions_and_leaves_out_those_taken_back()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        await world.Messaging.RunAsync(
            """
            INSERT INTO reactions (tenant_id, instance_id, target_provider_id, actor, emoji, at)
            SELECT $1, m.instance_id, m.provider_id, a.actor, a.emoji, now() + a.n * interval '1 s'
            FROM messages m, (VALUES ('me', '👍', 1), ('b@lid', '👍', 2), ('c@lid', '❤️', 3), ('d@lid', '', 4)) a (actor, emoji, n) WHERE m.tenant_id = $1
            """
        );

        var row = (await world.Messages.PageAsync(id, ct: None)).Rows.Single();

        row.Reactions.ShouldBe([new ReactionCount("👍", 2, Mine: true), new ReactionCount("❤️", 1, Mine: false)]);
    }

    [Fact]
    public async Task Answer_to_a_message_never_seen_here_is_quoted_without_words()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        await world.Messaging.RunAsync("UPDATE messages SET reply_to_provider_id = '3EB0UNSEEN' WHERE tenant_id = $1");

        var quote = (await world.Messages.PageAsync(id, ct: None)).Rows.Single().Quote;

        quote.ShouldNotBeNull();
        (quote.Id, quote.Text).ShouldBe((null, ""));
    }

    private static Task SeedAsync(InboxWorld world, ConversationId id, int count) =>
        world.Messaging.RunAsync(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, provider_id, sent_at, created_at, media_attempts, attempts, settle_count)
            SELECT gen_random_uuid(), $1, $2, $3, 'In', 'Customer', 'Text', 'm' || n, '{"k": "text", "text": "x"}', 'S' || n, date_trunc('second', now()) - (n / 3) * interval '1 s' - interval '1 h', now(), 0, 0, 0
            FROM generate_series(1, $4) n
            """,
            id.Value,
            world.Messaging.Instance.Value,
            count
        );
}
