using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Hosting;

/// <summary>The door of HTTP requests: everything below <c>/t/{slug}</c>, page or endpoint, runs in that tenant or is not found.</summary>
public static class TenantRequests
{
    public static void UseTenantRequests(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                if (SlugOf(context.Request.Path) is { } slug && context.User.ConsoleUserId() is { } user)
                {
                    // Not only every half minute, as the cookie itself: a page asked for must not outlive its session.
                    if (
                        !await context
                            .RequestServices.GetRequiredService<UserSessions>()
                            .IsOpenAsync(user, context.User.SessionKey(), context.Connection.RemoteIpAddress, context.RequestAborted)
                    )
                    {
                        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
                        await context.ChallengeAsync();
                        return;
                    }

                    var door = context.RequestServices.GetRequiredService<TenantDoor>();
                    if (await door.EnterAsync(slug, user, context.RequestAborted) is null)
                    {
                        context.Response.StatusCode = StatusCodes.Status404NotFound;
                        return;
                    }

                    if (context.Request.IsForPage())
                    {
                        await door.RememberAsync(context.RequestAborted);
                    }
                }

                await next(context);
            }
        );

    /// <summary>"/" leads into the company used last.</summary>
    public static void MapHome(this IEndpointRouteBuilder app)
    {
        app.MapGet(
            "/",
            async (HttpContext context, TenantQueries tenants) =>
            {
                var slug = await tenants.HomeAsync(context.User.ConsoleUserId()!.Value, context.RequestAborted);
                return Results.LocalRedirect(slug is null ? "/no-company" : $"/t/{slug}/inbox");
            }
        );
        app.MapGet("/t/{slug}", (string slug) => Results.LocalRedirect($"/t/{Uri.EscapeDataString(slug)}/inbox"));
    }

    /// <summary>A person's browser asks for a page, rather than a program for an answer or a page for its parts.</summary>
    public static bool IsForPage(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static string? SlugOf(PathString path) =>
        path.StartsWithSegments("/t", StringComparison.OrdinalIgnoreCase, out var rest) && rest.Value is { Length: > 1 } value
            ? value[1..].Split('/')[0]
            : null;
}
