using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>A raw body as a person may read it. It holds customers' messages, so only who may diagnose sees it; keys and tokens nobody does.</summary>
public static partial class JournalText
{
    public const int MostCharacters = 200_000;
    private const string Masked = "•••";
    private const int DeepestJson = 64;

    private static readonly HashSet<string> _secrets = new(StringComparer.OrdinalIgnoreCase)
    {
        "apikey",
        "api_key",
        "token",
        "hash",
        "authorization",
        "jwt_key",
        "mediaKey",
        "x-console-secret",
        "qrcode",
        "pairingCode",
    };

    private static readonly JsonSerializerOptions _indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = DeepestJson,
    };

    public static JournalPayload Of(JournalRow row, byte[] body)
    {
        var (text, isJson) = Read(body);
        return new JournalPayload(row, text.Length > MostCharacters ? text[..MostCharacters] : text, isJson, text.Length > MostCharacters);
    }

    private static (string Text, bool IsJson) Read(byte[] body)
    {
        try
        {
            var node = JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = DeepestJson });
            Mask(node);
            return (node?.ToJsonString(_indented) ?? "null", true);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Only the printable beginning, and secrets found by their names alone.
            return (SecretField().Replace(Printable(body), "${name}" + Masked), false);
        }
    }

    private static void Mask(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, value) in o.ToArray())
                {
                    if (_secrets.Contains(name) && value is not null)
                    {
                        o[name] = Masked;
                    }
                    else
                    {
                        Mask(value);
                    }
                }

                break;
            case JsonArray a:
                foreach (var item in a)
                {
                    Mask(item);
                }

                break;
            default:
                break;
        }
    }

    private static string Printable(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 2_000)));
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c);
        }

        return clean.ToString();
    }

    [GeneratedRegex(
        """(?<name>"(?:api_?key|token|hash|authorization|jwt_key|mediaKey|code|pairingCode)"\s*:\s*")[^"]*""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex SecretField();
}
