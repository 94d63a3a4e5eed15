using System.Text.Json;
using System.Text.RegularExpressions;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>
/// What an error answer means, and whether it proves that nothing went out. Only clear refusals do: a 400 or 500 can also follow a
/// send that WhatsApp already took (Evolution stores it afterwards, and that may fail).
/// </summary>
internal static partial class EvolutionErrors
{
    public static GatewayException Of(int status, JsonElement body, TimeSpan? retryAfter)
    {
        var said = Said(body);
        var (failure, sure) = (status, body, said) switch
        {
            (>= 300 and < 400, _, _) => (GatewayFailure.NotAGateway, true),
            (401, _, _) => (GatewayFailure.Unauthorized, true),
            (403, _, var text) when Has(text, "already in use") => (GatewayFailure.NameTaken, true),
            (403, _, _) => (GatewayFailure.Unauthorized, true),
            (404, _, var text) when Has(text, "Cannot ") => (GatewayFailure.NotSupported, true),
            (404, { ValueKind: JsonValueKind.Object }, _) => (GatewayFailure.UnknownInstance, true),
            (404, _, _) => (GatewayFailure.NotAGateway, true),
            (405, _, _) => (GatewayFailure.NotSupported, true),
            (413 or 415, _, _) => (GatewayFailure.Rejected, true),
            (429, _, _) => (GatewayFailure.RateLimited, true),
            (503, _, var text) when Has(text, "LICENSE_REQUIRED") => (GatewayFailure.LicenceRequired, true),
            (400, _, _) => BadRequest(body, said),
            (_, _, var text) when Has(text, "Connection Closed") => (GatewayFailure.NotConnected, false),
            (_, _, var text) when Has(text, "rate-overlimit") => (GatewayFailure.RateLimited, false),
            (_, _, var text) when Has(text, "Method not available") => (GatewayFailure.NotSupported, true),
            (_, _, var text) when Has(text, "Timed Out") => (GatewayFailure.TimedOut, false),
            (>= 500, _, _) => (GatewayFailure.Unclear, false),
            _ => (GatewayFailure.Rejected, false),
        };
        return new GatewayException(failure, Sentence(status, body), sure, retryAfter, status);
    }

    public static GatewayException Of(HttpRequestException e)
    {
        // These four come from opening the connection: not a byte of the request was written.
        var connecting =
            e.HttpRequestError
            is HttpRequestError.NameResolutionError
                or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError;
        return connecting
            ? new GatewayException(GatewayFailure.Unreachable, "No connection: " + e.HttpRequestError, surelyNotSent: true, inner: e)
            : new GatewayException(GatewayFailure.Unclear, "The exchange broke: " + e.HttpRequestError, surelyNotSent: false, inner: e);
    }

    /// <summary>
    /// A send that was answered with 2xx and no message id: the WHATSAPP-BUSINESS integration hands Meta's refusal on like this, and
    /// with <c>error:true</c> Evolution says 200 to its own.
    /// </summary>
    public static GatewayException NoMessage(JsonElement body) =>
        body.Count("code") switch
        {
            { } code => new GatewayException(
                code switch
                {
                    190 or 10 or 200 => GatewayFailure.Unauthorized,
                    131026 or 131021 => GatewayFailure.NumberNotOnWhatsApp,
                    4 or 80007 or 130429 or 131048 or 131056 => GatewayFailure.RateLimited,
                    _ => GatewayFailure.Rejected,
                },
                $"Meta refused with code {code}.",
                surelyNotSent: true
            )
            {
                Code = code,
            },
            null => new GatewayException(GatewayFailure.Unclear, "The answer names no message.", surelyNotSent: false),
        };

    private static (GatewayFailure, bool) BadRequest(JsonElement body, string said)
    {
        var messages = Messages(body);
        if (messages.Any(one => one.Field("exists").ValueKind == JsonValueKind.False))
        {
            return (GatewayFailure.NumberNotOnWhatsApp, true);
        }

        // The schema's complaints come as a list in the list, before anything else was looked at.
        if (
            messages.Any(one => one.ValueKind == JsonValueKind.Array)
            || Has(said, "Owned media must be")
            || Has(said, "Invalid integration")
        )
        {
            return (GatewayFailure.Rejected, true);
        }

        if (Has(said, "is not connected"))
        {
            return (GatewayFailure.NotConnected, true);
        }

        if (Has(said, "Method not available"))
        {
            return (GatewayFailure.NotSupported, true);
        }

        // The socket closed on the way: before or after, nobody knows.
        if (Has(said, "Connection Closed") || body.Flag("isBoom"))
        {
            return (Has(said, "rate-overlimit") ? GatewayFailure.RateLimited : GatewayFailure.NotConnected, false);
        }

        return Has(said, "rate-overlimit") ? (GatewayFailure.RateLimited, false)
            : Has(said, "Timed Out") ? (GatewayFailure.TimedOut, false)
            : (GatewayFailure.Rejected, false);
    }

    private static IEnumerable<JsonElement> Messages(JsonElement body) =>
        body.Field("response").Field("message").Each().Concat(body.Field("message").Each());

    /// <summary>All strings of the answer, to look for known phrases in. Never shown: an answer repeats numbers and text.</summary>
    private static string Said(JsonElement body) => string.Join('\n', Strings(body, 0).Take(50));

    private static IEnumerable<string> Strings(JsonElement json, int depth) =>
        json.ValueKind switch
        {
            JsonValueKind.String => [EvolutionJson.Cut(json.GetString()!, 2000)],
            JsonValueKind.Array when depth < 8 => json.EnumerateArray().SelectMany(item => Strings(item, depth + 1)),
            JsonValueKind.Object when depth < 8 => json.EnumerateObject().SelectMany(field => Strings(field.Value, depth + 1)),
            _ => [],
        };

    private static bool Has(string text, string phrase) => text.Contains(phrase, StringComparison.OrdinalIgnoreCase);

    // A schema's complaint says which field is wrong, in Evolution's own words; longer runs of digits may be a number and go.
    private static string Sentence(int status, JsonElement body)
    {
        var complaint = Messages(body)
            .Where(one => one.ValueKind == JsonValueKind.Array)
            .SelectMany(one => one.EnumerateArray())
            .Where(one => one.ValueKind == JsonValueKind.String)
            .Select(one => EvolutionJson.OneLine(one.GetString(), 160))
            .FirstOrDefault();
        return complaint is null ? $"Answered {status}." : $"Answered {status}: {LongNumber().Replace(complaint, "…")}";
    }

    [GeneratedRegex("[0-9]{5,}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LongNumber();
}
