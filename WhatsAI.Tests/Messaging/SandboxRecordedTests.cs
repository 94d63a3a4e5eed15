using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>What a real Evolution API 2.3.6 was asked and answered, asked again: same status, same shape, same words in errors.</summary>
public sealed class SandboxRecordedTests(SandboxProcess sandbox, WebhookReceiver receiver)
    : IClassFixture<SandboxProcess>,
        IClassFixture<WebhookReceiver>
{
    private const string RecordedKey = "429683C4C977415CAAFCCE10F7D57E11";

    // The channel without WhatsApp behind it (its sends and its inbound route), and QR calls of a server without internet.
    private static readonly string[] Left =
    [
        "20-",
        "21-",
        "22-",
        "23-",
        "24-",
        "26-",
        "28-",
        "29-",
        "31-",
        "32-",
        "33-",
        "34-",
        "35-",
        "36-",
        "37-",
        "38-",
        "39-",
        "40-",
        "41-",
        "44-",
        "46-",
        "52-",
        "53-",
    ];

    private static readonly HashSet<string> Fixed = ["status", "error", "message", "state", "instanceName", "statusCode", "isBoom"];

    [Fact]
    public async Task Recorded_calls_get_the_recorded_answers()
    {
        using var http = new HttpClient { BaseAddress = sandbox.Address };
        var folder = Path.Combine(Repository.Root, "WhatsAI.Tests/Messaging/Recorded");
        var replayed = 0;

        foreach (
            var file in Directory
                .GetFiles(folder)
                .Order(StringComparer.Ordinal)
                .Where(f => !Left.Any(l => Path.GetFileName(f).StartsWith(l, StringComparison.Ordinal)))
        )
        {
            var (request, expected) = Read(file, receiver.Url("recorded"));
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();

            ((int)answer.StatusCode).ShouldBe((int)expected["status"]!, Path.GetFileName(file));
            answer.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
            Differences(Path.GetFileName(file), expected["body"], JsonNode.Parse(body)).ShouldBeEmpty(body);
            replayed++;
        }

        replayed.ShouldBe(64 - Left.Length);
    }

    private static (HttpRequestMessage Request, JsonObject Answer) Read(string file, string hook)
    {
        var recorded = JsonNode.Parse(File.ReadAllText(file))!;
        var asked = recorded["request"]!;
        var request = new HttpRequestMessage(new HttpMethod((string)asked["method"]!), (string)asked["path"]!);
        if (asked["body"] is { } body)
        {
            // the recording server had no internet: no QR came, so the instance was left unconnected
            body.AsObject().Remove("qrcode");
            if (body["webhook"] is { } webhook)
            {
                webhook["url"] = hook;
            }

            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        if ((string?)asked["headers"]!["apikey"] is { } key)
        {
            request.Headers.Add("apikey", key == RecordedKey ? SandboxProcess.Key : key);
        }

        return (request, recorded["response"]!.AsObject());
    }

    private static IEnumerable<string> Differences(string path, JsonNode? expected, JsonNode? actual)
    {
        if (Kind(expected) != Kind(actual))
        {
            return [$"{path}: {Kind(expected)} became {Kind(actual)}"];
        }

        return (expected, actual) switch
        {
            (JsonObject e, JsonObject a) => Names(e)
                .Except(Names(a))
                .Select(n => $"{path}: {n} is missing")
                .Concat(Names(a).Except(Names(e)).Select(n => $"{path}: {n} is too much"))
                .Concat(
                    Names(e)
                        .Intersect(Names(a))
                        .SelectMany(n =>
                            Fixed.Contains(n)
                            && e[n] is JsonValue
                            && !((string?)e[n]?.ToString())!.StartsWith("http", StringComparison.Ordinal)
                                ? Same($"{path}/{n}", e[n], a[n])
                                : Differences($"{path}/{n}", e[n], a[n])
                        )
                ),
            (JsonArray e, JsonArray a) when e.Count != a.Count => [$"{path}: {e.Count} elements became {a.Count}"],
            (JsonArray e, JsonArray a) => e.Zip(a)
                .SelectMany(
                    (p, i) =>
                        p.First is JsonValue ? Same($"{path}[{i}]", p.First, p.Second) : Differences($"{path}[{i}]", p.First, p.Second)
                ),
            _ => [],
        };
    }

    // the one deliberate difference: without the QR that was removed from the question there is none in the answer
    private static IEnumerable<string> Names(JsonObject o) => o.Select(p => p.Key).Where(n => n != "qrcode");

    private static IEnumerable<string> Same(string path, JsonNode? expected, JsonNode? actual) =>
        JsonNode.DeepEquals(expected, actual) ? [] : [$"{path}: {expected} became {actual}"];

    private static JsonValueKind Kind(JsonNode? node)
    {
        var kind = node?.GetValueKind() ?? JsonValueKind.Null;
        return kind == JsonValueKind.False ? JsonValueKind.True : kind;
    }
}
