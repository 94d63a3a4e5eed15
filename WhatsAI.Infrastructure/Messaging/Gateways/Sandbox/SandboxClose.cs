using System.Globalization;
using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>What Baileys says about an ended session, as Evolution stores and sends it: JSON inside a string.</summary>
internal static class SandboxClose
{
    /// <summary>Codes that end the session; every other one reconnects by itself.</summary>
    public static bool IsFinal(int code) => code is 401 or 402 or 403 or 406;

    public static string Error(int code, string? banCode, int? expireSeconds, DateTimeOffset at)
    {
        var data = new JsonObject { ["reason"] = code.ToString(CultureInfo.InvariantCulture) };
        if (code == 402)
        {
            data["code"] = banCode ?? "104";
            data["expire"] = (expireSeconds ?? 3600).ToString(CultureInfo.InvariantCulture);
        }

        data["location"] = code == 401 ? "rva" : "cln";
        var name = code switch
        {
            401 => "Unauthorized",
            402 => "Payment Required",
            403 => "Forbidden",
            _ => "Not Acceptable",
        };
        return SandboxJson.Text(
            new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["data"] = data,
                    ["isBoom"] = true,
                    ["isServer"] = false,
                    ["output"] = new JsonObject
                    {
                        ["statusCode"] = code,
                        ["payload"] = new JsonObject
                        {
                            ["statusCode"] = code,
                            ["error"] = name,
                            ["message"] = "Connection Failure",
                        },
                        ["headers"] = new JsonObject(),
                    },
                },
                ["date"] = SandboxJson.Iso(at),
            }
        );
    }
}
