using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

namespace WhatsAI.Tests.Messaging;

/// <summary>Recorded webhooks, damaged at random: whatever comes, there is an answer that can be stored, and no exception.</summary>
public sealed class EvolutionMutationTests
{
    private static readonly byte[][] Events = [.. Payload.Webhooks.SelectMany(Payload.Events)];

    private static readonly string[] Strange =
    [
        "null",
        "true",
        "[]",
        "{}",
        "-1",
        "1e400",
        "99999999999999999999",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"status@broadcast\"",
        "[[[[null]]]]",
        "{\"low\":\"x\"}",
        "{\"low\":1.5,\"high\":2.5}",
        "{\"message\":{\"message\":[]}}",
        "[\"a\",1,null,{}]",
    ];

    [Fact]
    public void Payload_cut_anywhere_is_answered() =>
        Run(from one in Gen.Elements(Events) from length in Gen.Choose(0, one.Length) select one[..length]);

    [Fact]
    public void Payload_with_flipped_bits_is_answered() =>
        Run(from one in Gen.Elements(Events) from flips in Gen.Choose(0, one.Length * 8 - 1).NonEmptyListOf() select Flip(one, flips));

    [Fact]
    public void Payload_with_values_of_another_type_is_answered() =>
        Run(
            from one in Gen.Elements(Events)
            from places in Gen.Choose(0, 200).NonEmptyListOf()
            from value in Gen.Elements(Strange)
            select Replace(one, places, value)
        );

    private static void Run(Gen<byte[]> bodies) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(bodies.ToArbitrary(), IsAnswered));

    private static bool IsAnswered(byte[] body)
    {
        var translation = EvolutionTranslator.Translate(body);
        if (translation is not Translation.Readable readable)
        {
            return true;
        }

        foreach (var message in readable.Events.OfType<MessageReceived>().Select(received => received.Message))
        {
            var json = MessageBodyJson.Write(message.Body);
            json.ShouldNotContain("\\u0000");
            MessageBodyJson.Write(MessageBodyJson.Read(json)).ShouldBe(json);
            message.Body.Plain.ShouldNotContain('\0');
        }

        return readable.Events.Count > 0
            && readable.Events.Select(EventLine.Of).All(line => !line.Contains('\0', StringComparison.Ordinal));
    }

    private static byte[] Flip(byte[] body, IEnumerable<int> bits)
    {
        var flipped = (byte[])body.Clone();
        foreach (var bit in bits)
        {
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        return flipped;
    }

    private static byte[] Replace(byte[] body, IEnumerable<int> places, string value)
    {
        var root = JsonNode.Parse(body)!;
        foreach (var place in places)
        {
            var parents = All(root).Where(node => node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }).ToList();
            switch (parents[place % parents.Count])
            {
                case JsonObject parent:
                    parent[parent.ElementAt(place % parent.Count).Key] = JsonNode.Parse("\"@@\"");
                    break;
                case JsonArray parent:
                    parent[place % parent.Count] = JsonNode.Parse("\"@@\"");
                    break;
                default:
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace("\"@@\"", value, StringComparison.Ordinal));
    }

    private static IEnumerable<JsonNode> All(JsonNode node) =>
        node switch
        {
            JsonObject parent => parent.Select(pair => pair.Value).OfType<JsonNode>().SelectMany(All).Prepend(node),
            JsonArray parent => parent.OfType<JsonNode>().SelectMany(All).Prepend(node),
            _ => [],
        };
}
