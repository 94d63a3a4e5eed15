using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>One call that has passed the guards: whom it is for and what it says.</summary>
internal sealed class SandboxCall(SandboxServer server, HttpContext http, SandboxInstance? instance, JsonObject body, SandboxMedia? file)
{
    public SandboxServer Server { get; } = server;
    public HttpContext Http { get; } = http;
    public JsonObject Body { get; } = body;

    /// <summary>The multipart field <c>file</c>.</summary>
    public SandboxMedia? File { get; } = file;

    /// <summary>Throws when the route names no instance: such routes do not ask.</summary>
    public SandboxInstance Instance => instance!;

    public CancellationToken Gone => Http.RequestAborted;

    /// <summary>A property that must be a string, or the schema's 400.</summary>
    public string Required(string name) => Required(Body, name);

    public static string Required(JsonObject body, string name)
    {
        if (!body.ContainsKey(name))
        {
            throw new SandboxRefusal(SandboxAnswer.Invalid($"instance requires property \"{name}\""));
        }

        if (body.Str(name) is { } text)
        {
            return text;
        }

        // numbers given as JSON integers are the classic mistake, with a sentence of their own
        throw new SandboxRefusal(SandboxAnswer.Invalid(name == "number" ? "Invalid format" : $"{name} is not of a type(s) string"));
    }

    public void RequireOpen()
    {
        if (!Instance.IsOpen)
        {
            throw new SandboxRefusal(SandboxAnswer.Crash("Connection Closed"));
        }
    }

    /// <summary>Reads JSON or a form. Only malformed JSON is refused here, with the odd envelope the real server gives.</summary>
    public static async Task<(JsonObject Body, SandboxMedia? File)> ReadAsync(HttpRequest request, CancellationToken gone)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(gone);
            var fields = new JsonObject();
            foreach (var (name, value) in form)
            {
                fields[name] = value.ToString();
            }

            if (form.Files.GetFile("file") is not { } posted)
            {
                return (fields, null);
            }

            using var memory = new MemoryStream();
            await posted.CopyToAsync(memory, gone);
            return (fields, new SandboxMedia(memory.ToArray(), posted.ContentType, posted.FileName, null));
        }

        if (request.ContentLength == 0 || !request.HasJsonContentType())
        {
            return ([], null);
        }

        try
        {
            var node = await JsonNode.ParseAsync(request.Body, cancellationToken: gone);
            return (node as JsonObject ?? [], null);
        }
        catch (JsonException)
        {
            if (request.ContentLength is null or 0)
            {
                return ([], null);
            }

            throw new SandboxRefusal(SandboxAnswer.Error(400, "Internal Server Error", "Unexpected token in JSON"));
        }
    }
}
