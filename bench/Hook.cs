using System.Globalization;
using System.Text;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Bench;

/// <summary>A customer's text as Evolution API posts it, of one size, whole as it goes over the wire.</summary>
internal static class Hook
{
    public const int BodySize = 580;

    /// <summary>What the provider calls the n-th message.</summary>
    public static string IdOf(int run, int n) => string.Create(CultureInfo.InvariantCulture, $"3EB0{run:X4}{n:X12}");

    /// <param name="customer">0 … 99 999.</param>
    /// <param name="text">A mark to find it by; filled up to the size.</param>
    /// <param name="at">When the customer wrote it; now, unless it is said.</param>
    public static byte[] Request(LinkedNumber number, int customer, string id, string text, DateTimeOffset? at = null)
    {
        var body = Body(number, customer, id, text, at ?? DateTimeOffset.UtcNow);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /hooks/evolution/{number.Route} HTTP/1.1\r\nHost: console\r\nContent-Type: application/json\r\n"
                + $"{GatewayWebhook.SecretHeader}: {number.Webhook.Secret}\r\nContent-Length: {body.Length}\r\n\r\n"
        );
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    private static byte[] Body(LinkedNumber number, int customer, string id, string text, DateTimeOffset at)
    {
        var now = DateTimeOffset.UtcNow;
        var json = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""
            {"event":"messages.upsert","instance":"{{{number.Name}}}","data":{"key":{"remoteJid":"55119777{{{customer:00000}}}@s.whatsapp.net","fromMe":false,"id":"{{{id}}}"},"pushName":"Cliente {{{customer}}}","status":"DELIVERY_ACK","message":{"conversation":"{{{text}}}@"},"messageType":"conversation","messageTimestamp":{{{at.ToUnixTimeSeconds()}}},"source":"android"},"date_time":"{{{now:yyyy-MM-ddTHH:mm:ss.fffZ}}}","sender":"5511988880003@s.whatsapp.net","server_url":"http://127.0.0.1:8080"}
            """
        );
        var filler = new string('.', Math.Max(0, BodySize - Encoding.UTF8.GetByteCount(json) + 1));
        return Encoding.UTF8.GetBytes(json.Replace("@\"}", filler + "\"}", StringComparison.Ordinal));
    }
}
