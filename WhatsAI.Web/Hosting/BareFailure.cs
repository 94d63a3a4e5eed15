using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Diagnostics;

namespace WhatsAI.Web.Hosting;

/// <summary>
/// A machine's request that breaks is answered 500 and nothing else. Drawing the error page for its POST would say 400 for want of a form token, and a gateway
/// takes 400 for final: the webhook would be lost.
/// </summary>
public sealed class BareFailure : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.Request.IsForPage() || IsPage(httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint))
        {
            httpContext.Request.Method = HttpMethods.Get; // the error page is asked for, not posted to
            return ValueTask.FromResult(false);
        }

        httpContext.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return ValueTask.FromResult(true);
    }

    // Only a person's form is posted to a page.
    private static bool IsPage(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
}
