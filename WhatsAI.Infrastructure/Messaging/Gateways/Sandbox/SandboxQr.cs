using System.Text.Json.Nodes;
using QRCoder;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>What is shown to be scanned: Evolution's answer to connect, and the inside of qrcode.updated.</summary>
internal sealed record SandboxQr(string Code, string Base64, string? PairingCode, int Count)
{
    public static SandboxQr New(SandboxRandom random, string? pairing, int count)
    {
        string Part(int bytes) => Convert.ToBase64String(random.Bytes(bytes));
        var code = $"2@{Part(48)},{Part(32)},{Part(32)},{Part(32)}";
        using var made = QRCodeGenerator.GenerateQrCode(code, QRCodeGenerator.ECCLevel.L);
        using var png = new PngByteQRCode(made);
        return new SandboxQr(code, "data:image/png;base64," + Convert.ToBase64String(png.GetGraphic(4)), pairing, count);
    }

    public JsonObject ToBody() =>
        new()
        {
            ["pairingCode"] = PairingCode,
            ["code"] = Code,
            ["base64"] = Base64,
            ["count"] = Count,
        };
}
