using System.Globalization;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Instances.Pools.Status;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Instances.Pools.Status;

/// <summary>
/// A company's state for its own programs (docs/api.md). The key says whose it is, and is the door: nothing in address, query or body names a company.
/// </summary>
public static class StatusEndpoints
{
    private const string Bearer = "Bearer ";

    public static void MapStatus(this IEndpointRouteBuilder app)
    {
        Map(app, "/api/status/quick", async (reader, tenant, ct) => await reader.QuickAsync(tenant, ct));
        Map(app, "/api/status/daily", async (reader, tenant, ct) => await reader.DailyAsync(tenant, ct));
        Map(app, "/api/instances/pools/status", async (reader, tenant, ct) => await reader.PoolsAsync(tenant, ct));
    }

    private static void Map(
        IEndpointRouteBuilder app,
        string pattern,
        Func<StatusReader, TenantId, CancellationToken, Task<object>> read
    ) =>
        app.MapGet(
                pattern,
                (HttpContext context, StatusKeys keys, Limits limits, CurrentTenant tenant, StatusReader reader) =>
                    AnswerAsync(context, keys, limits, tenant, (id, ct) => read(reader, id, ct))
            )
            .AllowAnonymous();

    private static async Task<IResult> AnswerAsync(
        HttpContext context,
        StatusKeys keys,
        Limits limits,
        CurrentTenant door,
        Func<TenantId, CancellationToken, Task<object>> read
    )
    {
        context.Response.Headers.CacheControl = "no-store";
        var address = context.Connection.RemoteIpAddress;
        if (!limits.AdmitsStatusKey(address))
        {
            return TooMany(context);
        }

        try
        {
            if (await keys.FindAsync(KeyOf(context.Request), context.RequestAborted) is not { } tenant)
            {
                limits.CountWrongKey(address);
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return Results.Problem(
                    statusCode: StatusCodes.Status401Unauthorized,
                    title: "A key is needed",
                    detail: "Send the company's key as Authorization: Bearer. It is made under Settings, Alerts and status."
                );
            }

            if (!limits.AdmitsStatus(tenant))
            {
                return TooMany(context);
            }

            door.Enter(tenant);
            return Results.Json(await read(tenant, context.RequestAborted));
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            context.Response.Headers.RetryAfter = "5";
            return Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "The database is away");
        }
    }

    private static string? KeyOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? value[Bearer.Length..].Trim()
            : null;

    private static IResult TooMany(HttpContext context)
    {
        context.Response.Headers.RetryAfter = 10.ToString(CultureInfo.InvariantCulture);
        return Results.Problem(statusCode: StatusCodes.Status429TooManyRequests, title: "Too many questions", detail: "Ask again later.");
    }
}
