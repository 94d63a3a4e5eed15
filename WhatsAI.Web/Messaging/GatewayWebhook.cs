using Npgsql;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Web.Messaging;

/// <summary>
/// Where gateways post their events: <c>POST /hooks/{gateway}/{route}</c>, with or without the event's name behind it. 200 once stored (also what cannot be
/// read), 401 for a wrong secret, 404 for an unknown route, 413 over 8 MB, 429 for guesses at routes and for more at once than one number may
/// post, 503 when it could not be stored within a second. Evolution never repeats after 400, 401, 403, 404 and 422, and forgets after about 20 minutes otherwise.
/// </summary>
public static class GatewayWebhookEndpoint
{
    private const int MaxBody = 8 * 1024 * 1024;
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(1);

    public static void MapGatewayWebhooks(this IEndpointRouteBuilder app) =>
        app.MapPost("/hooks/evolution/{route}/{**event}", ReceiveAsync).DisableAntiforgery().AllowAnonymous();

    private static async Task<IResult> ReceiveAsync(
        string route,
        HttpContext context,
        WebhookRoutes routes,
        Limits limits,
        Journal journal,
        GapReports gaps
    )
    {
        if (!routes.Remembers(route) && !limits.AdmitsUnknownRoute(context.Connection.RemoteIpAddress))
        {
            return TooMany(context);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            deadline.CancelAfter(_deadline);
            var answer = await routes.FindAsync(route, context.Request.Headers[GatewayWebhook.SecretHeader], deadline.Token);
            switch (answer)
            {
                case RouteAnswer.Unknown:
                    JournalMeter.Refused("unknown_route");
                    return Results.NotFound();
                case RouteAnswer.WrongSecret:
                    JournalMeter.Refused("wrong_secret");
                    return Results.Unauthorized();
                case RouteAnswer.Deleted:
                    JournalMeter.Refused("number_deleted");
                    return Results.Ok();
                case RouteAnswer.Known known:
                    using (var place = limits.PlaceForWebhook(known.Instance))
                    {
                        if (!place.IsAcquired)
                        {
                            return TooMany(context);
                        }

                        return await StoreAsync(context, known, journal, gaps, deadline);
                    }
                default:
                    throw new InvalidOperationException(answer.GetType().Name);
            }
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            JournalMeter.Refused("unavailable");
            context.Response.Headers.RetryAfter = "5";
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> StoreAsync(
        HttpContext context,
        RouteAnswer.Known number,
        Journal journal,
        GapReports gaps,
        CancellationTokenSource deadline
    )
    {
        // A slow sender is not our fault, and not a reason to say "not stored".
        deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        if (await ReadAsync(context) is not { } body)
        {
            JournalMeter.Refused("too_large");
            // Never repeated by the gateway: what was in it is asked for. Where that cannot be written down it must be repeated.
            deadline.CancelAfter(_deadline);
            await gaps.TooLargeAsync(number.Tenant, number.Instance, deadline.Token);
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        deadline.CancelAfter(_deadline);
        await journal.AppendAsync(number.Tenant, number.Instance, body, deadline.Token);
        return Results.Ok();
    }

    // Repeated by the gateway like a 503: a burst is delayed, not lost.
    private static IResult TooMany(HttpContext context)
    {
        JournalMeter.Refused("too_many");
        context.Response.Headers.RetryAfter = "1";
        return Results.StatusCode(StatusCodes.Status429TooManyRequests);
    }

    /// <summary>Null when it is larger than allowed; nothing beyond the limit is read.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBody)
        {
            return null;
        }

        using var body = new MemoryStream((int)(context.Request.ContentLength ?? 4_096));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (body.Length + read > MaxBody)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
