using System.Text;
using System.Text.Json.Nodes;

namespace WhatsAI.Tests.Messaging;

/// <summary>Whatever a gateway, or who has its secret, may send: all of it is kept, none of it fails or comes again.</summary>
public sealed class HostileInboundTests
{
    private const int Seed = 20261121;
    private const int MutationsEach = 4;

    private static readonly string[] Values =
    [
        "null",
        "true",
        "-1",
        "9e99",
        "9223372036854775807",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[]",
        "{}",
        "[null,[[]],{}]",
        "{\"low\":-1,\"high\":2147483647}",
    ];

    [Fact]
    public async Task Recorded_webhooks_with_a_part_missing_or_of_another_type_are_all_kept_and_none_fails()
    {
        var random = new Random(Seed);
        var bodies = Payload
            .Webhooks.SelectMany(Payload.Events)
            .SelectMany(body => Enumerable.Range(0, MutationsEach).Select(_ => Mutate(body, random)))
            .ToArray();

        await AllAreKeptAsync(bodies);
    }

    [Fact]
    public async Task Bodies_made_to_hurt_are_all_kept_and_none_fails()
    {
        string[] times = ["-62135596801", "253402300800", "9223372036854775807", "-9223372036854775808", "1e308", "\"NaN\""];
        string[] texts =
        [
            new('á', 64 * 1024),
            new('\u200b', 64 * 1024),
            string.Concat(Enumerable.Repeat("👩‍👩‍👧", 8_000)),
            "\0",
            "\u202e<script>alert(1)</script>",
        ];
        string[] bodies =
        [
            Deep(10_000),
            "{\"event\":\"messages.upsert\",\"data\":" + Deep(10_000) + "}",
            """{"event":"messages.upsert","data":{"key":{"id":"\ud800A","remoteJid":"5511977770001@s.whatsapp.net"},"message":{"conversation":"\udc00\ud83d"}}}""",
            "{\"event\":\"messages.upsert\",\"data\":[" + string.Join(',', Enumerable.Repeat("{}", 100_000)) + "]}",
            "{\"event\":\"" + new string('e', 100_000) + "\",\"data\":{}}",
            "{\"event\":\"messages.upsert\",\"event\":\"call\",\"data\":{},\"data\":[]}",
            .. times.Select(t =>
                Hook.Text("tempo", Hook.NewId())
                    .ToJsonString()
                    .Replace("\"messageTimestamp\":", $"\"messageTimestamp\":{t},\"x\":", StringComparison.Ordinal)
            ),
            .. texts.Select(t => Hook.Text(t, Hook.NewId()).ToJsonString()),
        ];

        await AllAreKeptAsync([.. bodies.Select(Encoding.UTF8.GetBytes), [0xff, 0xfe, 0x00], [0x00]]);
    }

    private static async Task AllAreKeptAsync(byte[][] bodies)
    {
        var world = await MessagingWorld.CreateAsync();

        await Task.WhenAll(bodies.Select(b => world.JournalAsync(b)));
        await world.ProcessAsync();

        (
            await world.OneAsync<string>(
                "SELECT string_agg(encode(substr(body, 1, 2000), 'escape'), E'\n') FROM journal WHERE tenant_id = $1 AND problem = 'failed'"
            )
        ).ShouldBeNull();
        (await world.CountAsync("journal_pending")).ShouldBe(0);
        (await world.CountAsync("journal")).ShouldBe(bodies.Length);
        (
            await world.OneAsync<object>("SELECT count(*) FROM journal WHERE tenant_id = $1 AND (done_at IS NULL) = (problem IS NULL)")
        ).ShouldBe(0L);
        await world.CountersShouldBeTrueAsync();
    }

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);

    /// <summary>One place of the body, at any depth, taken out or put in place of another type.</summary>
    private static byte[] Mutate(byte[] body, Random random)
    {
        var root = JsonNode.Parse(body)!;
        var places = Objects(root).SelectMany(o => o.Select(pair => (Object: o, pair.Key))).ToList();
        var (parent, key) = places[random.Next(places.Count)];
        var choice = random.Next(Values.Length * 2);
        if (choice >= Values.Length)
        {
            parent.Remove(key);
            return Encoding.UTF8.GetBytes(root.ToJsonString());
        }

        parent[key] = "@@";
        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace("\"@@\"", Values[choice], StringComparison.Ordinal));
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) =>
        node switch
        {
            JsonObject parent => parent.SelectMany(pair => Objects(pair.Value)).Prepend(parent),
            JsonArray parent => parent.SelectMany(Objects),
            _ => [],
        };
}
