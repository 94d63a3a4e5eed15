using System.Text;
using WhatsAI.Infrastructure.Messaging.Inbound;

namespace WhatsAI.Tests.Messaging;

public sealed class InboundTests
{
    [Fact]
    public async Task A_text_from_a_stranger_makes_contact_conversation_and_message()
    {
        var world = await MessagingWorld.CreateAsync();

        await world.DeliverAsync(Hook.Text("Olá, vocês abrem hoje?", Hook.NewId()));

        (await world.CountAsync("contacts")).ShouldBe(1);
        (await world.CountAsync("conversations")).ShouldBe(1);
        (await world.OneAsync<string>("SELECT phone FROM contacts WHERE tenant_id = $1")).ShouldBe("+5511977770001");
        (await world.OneAsync<string>("SELECT text FROM messages WHERE tenant_id = $1")).ShouldBe("Olá, vocês abrem hoje?");
        (
            await world.OneAsync<string>(
                "SELECT last_preview FROM conversation_heads WHERE tenant_id = $1 AND unread = 1 AND status = 'Open'"
            )
        ).ShouldBe("Olá, vocês abrem hoje?");
        (await world.CountAsync("episodes")).ShouldBe(1);
        (await world.CountAsync("journal_pending")).ShouldBe(0);
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task One_payload_ten_times_on_two_copies_is_one_message_and_one_unread()
    {
        var world = await MessagingWorld.CreateAsync();
        var body = Encoding.UTF8.GetBytes(Hook.Text("oi", Hook.NewId()).ToJsonString());

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => world.JournalAsync(body)));
        await Task.WhenAll(world.ProcessAsync(), world.ProcessAsync(world.NewBatches()));

        (await world.CountAsync("messages")).ShouldBe(1);
        (await world.OneAsync<int>("SELECT unread FROM conversation_heads WHERE tenant_id = $1")).ShouldBe(1);
        (await world.OneAsync<int>("SELECT received FROM instance_hours WHERE tenant_id = $1")).ShouldBe(1);
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Messages_are_ordered_by_the_providers_time_not_by_arrival()
    {
        var world = await MessagingWorld.CreateAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        await world.DeliverAsync(Hook.Text("segunda", Hook.NewId(), at: now), Hook.Text("primeira", Hook.NewId(), at: now - 60));

        (await world.OneAsync<string>("SELECT last_preview FROM conversation_heads WHERE tenant_id = $1")).ShouldBe("segunda");
        (await world.OneAsync<int>("SELECT unread FROM conversation_heads WHERE tenant_id = $1")).ShouldBe(2);
    }

    [Fact]
    public async Task Messages_of_one_second_stand_in_the_order_they_came()
    {
        var world = await MessagingWorld.CreateAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        await world.DeliverAsync([.. Enumerable.Range(0, 30).Select(n => Hook.Text($"{n:D2}", Hook.NewId(), at: now))]);

        (await world.OneAsync<string>("SELECT string_agg(text, ' ' ORDER BY sent_at, id) FROM messages WHERE tenant_id = $1")).ShouldBe(
            string.Join(' ', Enumerable.Range(0, 30).Select(n => $"{n:D2}"))
        );
    }

    [Fact]
    public async Task Edits_and_deletions_before_their_message_wait_for_it()
    {
        var world = await MessagingWorld.CreateAsync();
        var (edited, deleted) = (Hook.NewId(), Hook.NewId());

        await world.DeliverAsync(Hook.Edit(edited, "amanhã"), Hook.Revoke(deleted));
        await world.DeliverAsync(Hook.Text("hoje", edited), Hook.Text("segredo", deleted));

        (await world.OneAsync<string>("SELECT text FROM messages WHERE tenant_id = $1 AND edited_at IS NOT NULL")).ShouldBe("amanhã");
        (await world.OneAsync<string>("SELECT text FROM messages WHERE tenant_id = $1 AND deleted_at IS NOT NULL")).ShouldBe("");
        (await world.OneAsync<string>("SELECT last_preview FROM conversation_heads WHERE tenant_id = $1")).ShouldNotBe("segredo");
        (await world.CountAsync("waiting_changes")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_two_edits_the_later_by_the_authors_clock_wins_in_any_order()
    {
        var world = await MessagingWorld.CreateAsync();
        var id = Hook.NewId();
        await world.DeliverAsync(Hook.Text("um", id));

        await world.DeliverAsync(Hook.Edit(id, "três", 1795219993000));
        await world.DeliverAsync(Hook.Edit(id, "dois", 1795219992000));

        (await world.OneAsync<string>("SELECT text FROM messages WHERE tenant_id = $1")).ShouldBe("três");
    }

    [Theory]
    [InlineData("Sair", true)]
    [InlineData("  PARAR! ", true)]
    [InlineData("quero parar meu pedido", false)]
    public async Task An_opt_out_is_the_whole_message_and_is_confirmed_once(string text, bool optsOut)
    {
        var world = await MessagingWorld.CreateAsync();

        await world.DeliverAsync(Hook.Text(text, Hook.NewId()));
        await world.DeliverAsync(Hook.Text(text, Hook.NewId()));

        (await world.CountAsync("suppressions")).ShouldBe(optsOut ? 2 : 0);
        (await world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND origin = 'System'")).ShouldBe(
            optsOut ? 1L : 0L
        );
    }

    [Fact]
    public async Task What_cannot_be_read_is_kept_and_marked_and_stops_nothing()
    {
        var world = await MessagingWorld.CreateAsync();

        await world.JournalAsync(
            "{ not json"u8.ToArray(),
            "\"\""u8.ToArray(),
            Encoding.UTF8.GetBytes(Hook.Text("depois", Hook.NewId()).ToJsonString())
        );
        await world.ProcessAsync();

        (await world.OneAsync<object>("SELECT count(*) FROM journal WHERE tenant_id = $1 AND problem = 'unreadable'")).ShouldBe(2L);
        (await world.CountAsync("messages")).ShouldBe(1);
        (await world.CountAsync("journal_pending")).ShouldBe(0);
    }

    [Fact]
    public async Task A_resolved_conversation_opens_again_with_a_new_episode()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        await world.RunAsync("UPDATE conversation_heads SET status = 'Resolved' WHERE tenant_id = $1");
        await world.RunAsync("UPDATE conversation_counts SET status = 'Resolved' WHERE tenant_id = $1");

        await world.DeliverAsync(Hook.Text("voltei", Hook.NewId()));

        (await world.OneAsync<string>("SELECT status FROM conversation_heads WHERE tenant_id = $1")).ShouldBe("Open");
        (await world.CountAsync("episodes")).ShouldBe(2);
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Every_recorded_webhook_is_processed_and_none_fails()
    {
        var world = await MessagingWorld.CreateAsync();
        var bodies = Payload.Webhooks.SelectMany(Payload.Events).ToArray();

        await world.JournalAsync(bodies);
        await world.ProcessAsync();

        (await world.OneAsync<object>("SELECT count(*) FROM journal WHERE tenant_id = $1 AND problem = 'failed'")).ShouldBe(0L);
        (await world.CountAsync("journal_pending")).ShouldBe(0);
        (await world.CountAsync("journal")).ShouldBe(bodies.Length);
        (await world.OneAsync<object>("SELECT count(DISTINCT kind) FROM messages WHERE tenant_id = $1"))
            .ShouldBeOfType<long>()
            .ShouldBeGreaterThanOrEqualTo(9L);
        (await world.OneAsync<object>("SELECT count(*) FROM conversations WHERE tenant_id = $1 AND group_jid LIKE '%broadcast'")).ShouldBe(
            0L
        );
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_long_hostile_text_is_stored_as_it_came()
    {
        var world = await MessagingWorld.CreateAsync();
        var text = "<script>alert(1)</script>\u202e\u200b" + new string('x', 64 * 1024) + "\0fim";

        await world.DeliverAsync(Hook.Text(text, Hook.NewId()));

        (await world.OneAsync<string>("SELECT text FROM messages WHERE tenant_id = $1")).ShouldBe(
            text.Replace("\0", "", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Work_locked_by_another_copy_is_left_to_it()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.JournalAsync(Encoding.UTF8.GetBytes(Hook.Text("oi", Hook.NewId()).ToJsonString()));
        await using var connection = await world.Owner.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand(
            "SELECT 1 FROM work_list WHERE kind = 'Inbound' AND instance_id = $1 FOR UPDATE",
            connection
        );
        command.Parameters.Add(new() { Value = world.Instance.Value });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        (await world.Batches.ProcessAsync(world.Instance, TestContext.Current.CancellationToken)).ShouldBe(BatchResult.HeldElsewhere);
    }

    [Fact]
    public async Task Events_of_a_number_that_is_not_in_the_work_list_stay_and_are_not_chased()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.RunAsync("DELETE FROM work_list WHERE tenant_id = $1");
        await world.JournalAsync(Encoding.UTF8.GetBytes(Hook.Text("oi", Hook.NewId()).ToJsonString()));

        (await world.Batches.ProcessAsync(world.Instance, TestContext.Current.CancellationToken)).ShouldBe(BatchResult.Done);

        (await world.CountAsync("journal_pending")).ShouldBe(1);
    }

    [Theory]
    [InlineData("pt-BR", "Pronto")]
    [InlineData("en", "Understood")]
    public async Task Who_opts_out_is_told_in_the_companys_language(string language, string beginning)
    {
        var world = await MessagingWorld.CreateAsync();
        await world.RunAsync("UPDATE tenants SET language = $2 WHERE id = $1", language);

        await world.DeliverAsync(Hook.Text("sair", Hook.NewId()));

        (await world.OneAsync<string>("SELECT text FROM messages WHERE tenant_id = $1 AND origin = 'System'"))!.ShouldStartWith(beginning);
    }
}
