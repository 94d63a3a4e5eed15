using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>What every call goes through, in the real server's order: faults, instance (404), duplicate (403), key (401), body, work.</summary>
internal sealed class SandboxGate(SandboxServer server)
{
    private const long LargestBody = 136L * 1024 * 1024;

    public async Task RunAsync(HttpContext http, SandboxRoute route)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestBody;
        }

        var name = http.Request.RouteValues["instance"] as string;
        var instance = name is not null && server.Instances.TryGetValue(name, out var found) ? found : null;
        try
        {
            if (
                !await PassFaultsAsync(http, route, server.Faults)
                || (instance is not null && !await PassFaultsAsync(http, route, instance.Behaviour))
            )
            {
                return;
            }

            await AnswerAsync(http, instance, await WorkAsync(http, route, name, instance));
        }
        catch (OperationCanceledException)
        {
            // the caller hung up, or was cut off
            LogCall(http, instance, 0);
        }
    }

    /// <summary>Cuts the connection: the caller sees a reset, as when a proxy or the server dies.</summary>
    public static void Drop(HttpContext http) => http.Abort();

    public async Task AnswerAsync(HttpContext http, SandboxInstance? instance, SandboxAnswer answer)
    {
        LogCall(http, instance, answer.Status);
        if (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync(SandboxJson.Text(answer.Body), http.RequestAborted);
    }

    private void LogCall(HttpContext http, SandboxInstance? instance, int status) =>
        server.Log.Write(
            "call",
            instance,
            new JsonObject
            {
                ["method"] = http.Request.Method,
                ["path"] = http.Request.Path.Value,
                ["status"] = status,
            }
        );

    private async Task<SandboxAnswer> WorkAsync(HttpContext http, SandboxRoute route, string? name, SandboxInstance? instance)
    {
        try
        {
            if (name is not null && instance is null)
            {
                return SandboxAnswer.NotFound($"The \"{name}\" instance does not exist");
            }

            var (body, file) = await SandboxCall.ReadAsync(http.Request, http.RequestAborted);
            if (route.CreatesInstance && body.Str("instanceName") is { } wanted && server.Instances.ContainsKey(wanted))
            {
                return SandboxAnswer.Forbidden($"This name \"{wanted}\" is already in use.");
            }

            if (route.Key != SandboxKey.None && !MayEnter(http, route.Key, instance))
            {
                return SandboxAnswer.Unauthorized();
            }

            return await route.Work(new SandboxCall(server, http, instance, body, file));
        }
        catch (SandboxRefusal refusal)
        {
            return refusal.Answer;
        }
    }

    private bool MayEnter(HttpContext http, SandboxKey kind, SandboxInstance? instance)
    {
        var key = http.Request.Headers["apikey"].ToString();
        return key == server.Options.ApiKey
            || (kind == SandboxKey.Instance && instance is not null && key == instance.Token)
            || (kind == SandboxKey.Any && server.Instances.Values.Any(i => i.Token == key));
    }

    /// <summary>False when the call is already over.</summary>
    private async Task<bool> PassFaultsAsync(HttpContext http, SandboxRoute route, SandboxFaults faults)
    {
        if (faults.SlowMs > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(faults.SlowMs), server.Time, http.RequestAborted);
        }

        switch (faults.Reach)
        {
            case SandboxReach.Drop:
                Drop(http);
                throw new OperationCanceledException();
            case SandboxReach.Unavailable:
                http.Response.StatusCode = 503;
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<html><body><h1>503 Service Unavailable</h1></body></html>", http.RequestAborted);
                return false;
            case SandboxReach.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
                return false;
        }

        if (faults.RateLimited)
        {
            http.Response.Headers.RetryAfter = faults.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await AnswerAsync(http, null, SandboxAnswer.Throttled());
            return false;
        }

        if (faults.LicenseRequired && route.Key != SandboxKey.None)
        {
            await AnswerAsync(http, null, SandboxAnswer.License(server.Options.BaseAddress));
            return false;
        }

        return true;
    }
}

/// <summary>Whose key opens a route.</summary>
internal enum SandboxKey
{
    None,
    Global,

    /// <summary>The global key or the instance's own token.</summary>
    Instance,

    /// <summary>The global key or any instance's token.</summary>
    Any,
}

internal sealed record SandboxRoute(SandboxKey Key, Func<SandboxCall, Task<SandboxAnswer>> Work, bool CreatesInstance = false);
