namespace WhatsAI.Web.Hosting;

/// <summary>What every answer tells the browser not to do. A page that sets a policy of its own keeps it.</summary>
public static class SecurityHeaders
{
    // Circuits are WebSockets to ourselves ('self' covers ws: in every browser we support). Style attributes are written by Radzen and by dynamic widths, and a
    // nonce does not reach attributes; style elements are not. Browsers that do not know the difference (Safari before 15.4) read style-src alone.
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; style-src-elem 'self'; "
        + "style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; "
        + "media-src 'self' blob:; font-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    var headers = context.Response.Headers;
                    headers.XContentTypeOptions = "nosniff";
                    headers["Referrer-Policy"] = "same-origin";
                    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()";
                    headers["Cross-Origin-Opener-Policy"] = "same-origin";
                    // Blazor's own header says frame-ancestors alone.
                    if (!headers.ContentSecurityPolicy.ToString().Contains("default-src", StringComparison.Ordinal))
                    {
                        headers.ContentSecurityPolicy = Policy;
                    }

                    return Task.CompletedTask;
                });
                return next(context);
            }
        );

    /// <summary>A circuit carries the session's cookie, and a WebSocket is not held back by the same-origin rule: other sites' are refused.</summary>
    public static void UseSameOriginCircuits(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                if (
                    context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase)
                    && context.Request.Headers.Origin is [{ } origin]
                    && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == Authority(context.Request))
                )
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                }

                return next(context);
            }
        );

    // As a browser writes it: without the scheme's own port.
    internal static string Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own) ? own.Authority : "";
}
