using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>What a call is answered with; the error envelopes are the real server's, word for word.</summary>
internal sealed record SandboxAnswer(int Status, JsonNode? Body)
{
    public static SandboxAnswer Ok(JsonNode? body) => new(200, body);

    public static SandboxAnswer Created(JsonNode? body) => new(201, body);

    public static SandboxAnswer Error(int status, string error, JsonNode? message) =>
        new(
            status,
            new JsonObject
            {
                ["status"] = status,
                ["error"] = error,
                ["response"] = new JsonObject { ["message"] = message },
            }
        );

    public static SandboxAnswer BadRequest(params JsonNode[] messages) => Error(400, "Bad Request", new JsonArray(messages));

    /// <summary>A schema violation: its list of sentences is itself the only message.</summary>
    public static SandboxAnswer Invalid(string sentence) => BadRequest(new JsonArray(sentence));

    public static SandboxAnswer NotFound(string sentence) => Error(404, "Not Found", new JsonArray(sentence));

    public static SandboxAnswer Forbidden(string sentence) => Error(403, "Forbidden", new JsonArray(sentence));

    public static SandboxAnswer Unauthorized() => Error(401, "Unauthorized", "Unauthorized");

    public static SandboxAnswer Crash(string sentence) => Error(500, "Internal Server Error", sentence);

    public static SandboxAnswer License(string baseAddress) =>
        new(
            503,
            new JsonObject
            {
                ["error"] = "service not activated",
                ["code"] = "LICENSE_REQUIRED",
                ["register_url"] = baseAddress + "/manager/login",
                ["message"] = "License required. Open the manager to activate your license.",
            }
        );

    public static SandboxAnswer Throttled() => Error(429, "Too Many Requests", new JsonArray("Too many requests"));
}

/// <summary>Ends a call with this answer from anywhere inside it.</summary>
internal sealed class SandboxRefusal(SandboxAnswer answer) : Exception
{
    public SandboxAnswer Answer { get; } = answer;
}
