using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace WhatsAI.Tests.Campaigns.Proposals;

/// <summary>What a provider was asked.</summary>
public sealed record ProviderCall(string Path, string Authorization, JsonElement Body);

/// <summary>Both providers on a free port, in the shapes of their own HTTP.</summary>
public sealed class ProviderStub : IAsyncDisposable
{
    public const string Key = "sk-test-9F31C7";
    private readonly WebApplication _app;

    private ProviderStub()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(AnswerAsync);
    }

    public ConcurrentQueue<ProviderCall> Calls { get; } = new();

    /// <summary>What the model says; null: nothing ever comes.</summary>
    public string? Says { get; set; } = """{"variants": []}""";

    /// <summary>In the place of an answer; 0: none.</summary>
    public int Status { get; set; }

    public string Address => _app.Urls.First();

    public static async Task<ProviderStub> StartAsync()
    {
        var stub = new ProviderStub();
        await stub._app.StartAsync();
        return stub;
    }

    public (string Key, string Value)[] Settings(int seconds = 30) =>
        [
            ("Ai:OpenAiAddress", Address + "/v1"),
            ("Ai:AnthropicAddress", Address),
            ("Ai:AnswerSeconds", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var key = http.Request.Headers["x-api-key"].ToString();
        var call = new ProviderCall(
            http.Request.Path,
            key.Length > 0 ? key : http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal),
            body.RootElement.Clone()
        );
        Calls.Enqueue(call);
        var openAi = call.Path == "/v1/chat/completions";
        if (!openAi && call.Path != "/v1/messages")
        {
            http.Response.StatusCode = 418;
            return;
        }

        var status = call.Authorization == Key ? Status : 401;
        if (status != 0)
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "http://169.254.169.254/";
            await http.Response.WriteAsJsonAsync(openAi ? OpenAiError() : AnthropicError());
        }
        else if (Says is null)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }
        else
        {
            await http.Response.WriteAsJsonAsync(openAi ? OpenAi(Says) : Anthropic(Says));
        }
    }

    private static object OpenAiError() =>
        new
        {
            error = new
            {
                message = "No.",
                type = "invalid_request_error",
                param = (string?)null,
                code = "no",
            },
        };

    private static object AnthropicError() =>
        new
        {
            type = "error",
            error = new { type = "api_error", message = "No." },
            request_id = "req_1",
        };

    private static object OpenAi(string says) =>
        new
        {
            id = "chatcmpl-1",
            @object = "chat.completion",
            created = 1_763_700_000,
            model = "stub",
            choices = new[]
            {
                new
                {
                    index = 0,
                    message = new
                    {
                        role = "assistant",
                        content = says,
                        refusal = (string?)null,
                    },
                    finish_reason = "stop",
                },
            },
            usage = new
            {
                prompt_tokens = 1,
                completion_tokens = 1,
                total_tokens = 2,
            },
        };

    private static object Anthropic(string says) =>
        new
        {
            id = "msg_1",
            type = "message",
            role = "assistant",
            model = "stub",
            content = new[] { new { type = "text", text = says } },
            stop_reason = "end_turn",
            stop_sequence = (string?)null,
            usage = new { input_tokens = 1, output_tokens = 1 },
        };
}
