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
}
