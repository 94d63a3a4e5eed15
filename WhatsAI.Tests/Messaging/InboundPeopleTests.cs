using System.Text;

namespace WhatsAI.Tests.Messaging;

/// <summary>Who wrote: one contact and one thread for one person, whatever addresses and numbers are involved.</summary>
public sealed class InboundPeopleTests
{
    [Fact]
    public async Task A_burst_from_many_strangers_on_two_numbers_at_once_gives_each_one_contact()
    {
        var first = await MessagingWorld.CreateAsync();
        var second = await MessagingWorld.CreateAsync(first.Tenant);
        var people = Enumerable.Range(0, 40).Select(n => $"55119777{n:D5}@s.whatsapp.net").ToArray();
        foreach (var world in new[] { first, second })
        {
            await world.JournalAsync([
                .. people.Reverse().Select(p => Encoding.UTF8.GetBytes(Hook.Text("oi", Hook.NewId(), p, null).ToJsonString())),
            ]);
        }

        await Task.WhenAll(first.ProcessAsync(), second.ProcessAsync());

        (await first.CountAsync("contacts")).ShouldBe(40);
        (await first.CountAsync("conversations")).ShouldBe(80);
        (await first.CountAsync("messages")).ShouldBe(80);
        await first.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_number_with_and_without_its_ninth_digit_is_one_contact_answered_where_it_wrote_from()
    {
        var world = await MessagingWorld.CreateAsync();

        await world.DeliverAsync(
            Hook.Text("um", Hook.NewId(), "553187654321@s.whatsapp.net", null),
            Hook.Text("dois", Hook.NewId(), "5531987654321@s.whatsapp.net", null)
        );

        (await world.CountAsync("contacts")).ShouldBe(1);
        (await world.OneAsync<string>("SELECT jid FROM contact_identities WHERE tenant_id = $1")).ShouldBe("553187654321@s.whatsapp.net");
    }

    [Fact]
    public async Task A_hidden_id_whose_phone_is_learned_later_joins_its_thread()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("pelo telefone", Hook.NewId(), alt: null));
        await world.DeliverAsync(Hook.Text("pelo id oculto", Hook.NewId(), "222333444555666@lid", null));
        (await world.CountAsync("contacts")).ShouldBe(2);

        await world.DeliverAsync(Hook.Text("os dois", Hook.NewId()));

        (await world.OneAsync<object>("SELECT count(*) FROM contacts WHERE tenant_id = $1 AND merged_into IS NULL")).ShouldBe(1L);
        (await world.CountAsync("conversations")).ShouldBe(1);
        (await world.CountAsync("messages")).ShouldBe(3);
        (await world.OneAsync<int>("SELECT unread FROM conversation_heads WHERE tenant_id = $1")).ShouldBe(3);
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task What_colleagues_did_with_the_hidden_ids_thread_comes_with_it()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("pelo telefone", Hook.NewId(), alt: null));
        await world.DeliverAsync(Hook.Text("pelo id oculto", Hook.NewId(), "222333444555666@lid", null));
        const string Hidden =
            "(SELECT c.id FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.tenant_id = $1 AND p.phone IS NULL)";
        await world.RunAsync(
            "INSERT INTO labels (id, tenant_id, name, folded_name, colour, created_at) VALUES (gen_random_uuid(), $1, 'x', 'x', 1, now())"
        );
        await world.RunAsync(
            $"INSERT INTO conversation_labels (tenant_id, conversation_id, label_id) SELECT $1, {Hidden}, id FROM labels WHERE tenant_id = $1"
        );
        await world.RunAsync(
            $"""
            INSERT INTO scheduled_messages (id, tenant_id, conversation_id, instance_id, author_id, text, due_at, zone, cancels_on_reply, created_at, state)
            SELECT gen_random_uuid(), $1, {Hidden}, instance_id, gen_random_uuid(), 'até amanhã', now() + interval '1 day', 'Etc/UTC', false, now(), 'Scheduled'
            FROM conversations WHERE tenant_id = $1 LIMIT 1
            """
        );
        await world.RunAsync($"INSERT INTO assignment_queue (tenant_id, conversation_id, queued_at) SELECT $1, {Hidden}, now()");
        await world.RunAsync($"UPDATE conversations SET blocked_at = now() WHERE tenant_id = $1 AND id = {Hidden}");
        await world.RunAsync(
            $"UPDATE episodes SET opened_at = now() - interval '1 day', first_reply_at = now() WHERE tenant_id = $1 AND conversation_id = {Hidden}"
        );
        (await world.CountAsync("episodes")).ShouldBe(2);

        await world.DeliverAsync(Hook.Text("os dois", Hook.NewId()));

        (await world.CountAsync("conversations")).ShouldBe(1);
        foreach (var table in new[] { "conversation_labels", "scheduled_messages", "assignment_queue" })
        {
            (await world.CountAsync(table)).ShouldBe(1, table);
        }

        (await world.OneAsync<bool>("SELECT blocked_at IS NOT NULL FROM conversations WHERE tenant_id = $1")).ShouldBeTrue();
        // One opening, from the first word on.
        (
            await world.OneAsync<bool>(
                """
                SELECT count(*) = 1 AND bool_and(e.id = h.episode_id AND e.resolved_at IS NULL AND e.first_reply_at IS NOT NULL AND e.opened_at < now() - interval '20 hours')
                FROM episodes e JOIN conversation_heads h ON h.conversation_id = e.conversation_id WHERE e.tenant_id = $1
                """
            )
        ).ShouldBeTrue();
        await world.CountersShouldBeTrueAsync();
    }
}
