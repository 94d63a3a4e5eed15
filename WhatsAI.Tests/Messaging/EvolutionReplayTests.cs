using System.Text;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

namespace WhatsAI.Tests.Messaging;

/// <summary>Every recorded webhook, one by one, against the line it must become (evolution.expected.txt: read it, do not regenerate it).</summary>
public sealed class EvolutionReplayTests
{
    private static readonly Dictionary<string, string> Expected = File.ReadAllLines(
            Path.Combine(AppContext.BaseDirectory, "Messaging", "Payloads", "evolution.expected.txt")
        )
        .Where(line => line.Length > 0)
        .Select(line => line.Split(" => ", 2))
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Payload.Webhooks];

    [Theory]
    [MemberData(nameof(Names))]
    public void Payload_replayed_becomes_its_expected_events(string name)
    {
        var lines = Payload.Events(name).Select(one => EvolutionTranslator.Translate(one)).Select(Line);

        string.Join(" && ", lines.DefaultIfEmpty("(nothing)")).ShouldBe(Expected[name]);
    }

    [Fact]
    public void Table_names_every_payload_and_no_other() => Expected.Keys.Order(StringComparer.Ordinal).ShouldBe(Payload.Webhooks);

    [Fact]
    public void Payloads_are_all_there() => Payload.Webhooks.Count.ShouldBeGreaterThan(190);

    [Fact]
    public void Recorded_names_of_the_event_path_are_understood_too()
    {
        var body = Encoding.UTF8.GetString(Payload.Bytes("messages.upsert.text-pn.json"));
        var plain = Line(EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(body)));

        foreach (var name in new[] { "messages-upsert", "MESSAGES_UPSERT" })
        {
            var renamed = body.Replace("\"messages.upsert\"", $"\"{name}\"", StringComparison.Ordinal);
            Line(EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(renamed))).ShouldBe(plain);
        }
    }

    private static string Line(Translation translation) =>
        string.Join(" & ", translation.ShouldBeOfType<Translation.Readable>().Events.Select(EventLine.Of));
}
