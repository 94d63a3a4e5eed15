using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Crash;

/// <summary>Webhooks in the wrong order, in heaps and from everybody at once, posted by hand to a real console.</summary>
[Collection("crash")]
public sealed class DisorderTests(RunningConsole running, ITestOutputHelper output)
{
    [Fact]
    public async Task Receipts_before_their_message_in_any_order_end_at_the_highest_and_in_the_providers_order()
    {
        var random = Rounds.Seeded(output);
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address);
        var start = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 100;
        var written = new List<string>();
        var bodies = new List<byte[]>();
        for (var i = 0; i < Rounds.Count * 4; i++)
        {
            var id = Hook.NewId();
            written.Add(id);
            bodies.Add(Bytes(Hook.FromPhone($"mensagem {i}", id, at: start + i)));
            bodies.AddRange(new[] { "SERVER_ACK", "DELIVERY_ACK", "READ" }.Select(s => Bytes(Hook.Receipt(id, s))));
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bodies));
        await PostAsync(number, bodies, 8);

        await QuietAsync(world);
        (await world.ListAsync("SELECT provider_id || ' ' || delivery FROM messages WHERE tenant_id = $1 ORDER BY sent_at, id")).ShouldBe(
            written.Select(id => id + " Read")
        );
        (await world.ListAsync("SELECT last_preview FROM conversation_heads WHERE tenant_id = $1")).ShouldBe([
            $"mensagem {written.Count - 1}",
        ]);
        await new Judge(world, running.Sandbox).CountersAsync();
    }

    [Fact]
    public async Task Fifty_messages_and_fifty_receipts_in_one_body_are_a_hundred_effects()
    {
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address);
        var sent = Enumerable.Range(0, 50).Select(_ => Hook.NewId()).ToList();
        await PostAsync(number, [Heap(sent.Select((id, i) => Hook.FromPhone($"nossa {i}", id)))], 1);
        await QuietAsync(world);

        await PostAsync(
            number,
            [
                Heap(Enumerable.Range(0, 50).Select(i => Hook.Text($"dele {i}", Hook.NewId()))),
                Heap(sent.Select(id => Hook.Receipt(id, "READ"))),
            ],
            1
        );

        await QuietAsync(world);
        (await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'In'")).ShouldBe(50);
        (await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND delivery = 'Read'")).ShouldBe(50);
    }

    [Fact]
    public async Task A_thousand_senders_at_once_are_never_taken_for_one_another()
    {
        const int senders = 1000;
        var random = Rounds.Seeded(output);
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address);
        var bodies = new List<byte[]>();
        for (var round = 0; round < Rounds.Count; round++)
        {
            for (var i = 0; i < senders; i++)
            {
                // Half of them are first met by their LID.
                var (phone, lid) = ($"551196{i:0000000}@s.whatsapp.net", $"9{i:00000000000}@lid");
                var byLid = (i + round) % 2 == 0;
                bodies.Add(Bytes(Hook.Text($"sou {i}", Hook.NewId(), byLid ? lid : phone, byLid ? phone : lid)));
            }
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bodies));
        await PostAsync(number, bodies, 32);

        await QuietAsync(world);
        (
            await world.ListAsync(
                """
                SELECT c.phone || ' ' || string_agg(DISTINCT m.text, ', ') FROM messages m
                JOIN conversations v ON v.id = m.conversation_id JOIN contacts c ON c.id = v.contact_id
                WHERE m.tenant_id = $1 GROUP BY c.phone
                HAVING count(*) <> $2 OR count(DISTINCT m.text) <> 1 OR max(m.text) <> 'sou ' || right(c.phone, 7)::int
                """,
                Rounds.Count
            )
        ).ShouldBeEmpty();
        (await world.ScalarAsync<long>("SELECT count(*) FROM conversations WHERE tenant_id = $1")).ShouldBe(senders);
        await new Judge(world, running.Sandbox).CountersAsync();
    }

    private async Task PostAsync(LinkedNumber number, IEnumerable<byte[]> bodies, int atOnce)
    {
        var refused = new ConcurrentBag<HttpStatusCode>();
        await Parallel.ForEachAsync(
            bodies,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (body, _) =>
            {
                // As the gateway does with what is not acknowledged.
                for (var tries = 0; ; tries++)
                {
                    var answer = await Webhooks.PostAsync(running.Console.Http, number.Route, body, number.Webhook.Secret);
                    if (answer == HttpStatusCode.OK)
                    {
                        return;
                    }

                    if (answer is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) || tries == 20)
                    {
                        refused.Add(answer);
                        return;
                    }

                    await Task.Delay(100, TestContext.Current.CancellationToken);
                }
            }
        );
        refused.ShouldBeEmpty();
    }

    private static async Task QuietAsync(CrashWorld world)
    {
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<long>("SELECT count(*) FROM journal_pending WHERE tenant_id = $1") == 0,
            "everything is processed",
            60
        );
        (await world.ListAsync("SELECT problem FROM journal WHERE tenant_id = $1 AND problem IS NOT NULL")).ShouldBeEmpty();
    }

    /// <summary>One event whose data is a list.</summary>
    private static byte[] Heap(IEnumerable<System.Text.Json.Nodes.JsonNode> events)
    {
        var all = events.ToList();
        var heap = all[0].DeepClone();
        heap["data"] = new System.Text.Json.Nodes.JsonArray([.. all.Select(e => e["data"]!.DeepClone())]);
        return Bytes(heap);
    }

    private static byte[] Bytes(System.Text.Json.Nodes.JsonNode body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}
