using Microsoft.AspNetCore.Components.Endpoints;

namespace WhatsAI.Web.Hosting;

/// <summary>
/// A form that its page no longer has, because an invitation was used or the person signed in or out in another tab meanwhile, is not an error of whoever
/// sends it: he is shown the page as it is now, instead of the framework's bare 400. A foreign page's form is refused as ever.
/// </summary>
public static class StaleForms
{
    public static void UseStaleForms(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                if (!HttpMethods.IsPost(context.Request.Method) || !IsOfOurPages(context.Request))
                {
                    await next(context);
                    return;
                }

                var request = context.Request;
                var here = $"{request.PathBase}{request.Path}{request.QueryString}";
                context.Response.OnStarting(() => LeadBack(context, here));
                await next(context);
                if (!context.Response.HasStarted)
                {
                    await LeadBack(context, here);
                }
            }
        );

    // Browsers say with every form where it is from.
    private static bool IsOfOurPages(HttpRequest request) =>
        request.Headers.Origin is [{ } origin]
        && Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && from.Authority == SecurityHeaders.Authority(request);

    private static Task LeadBack(HttpContext context, string here)
    {
        if (
            context.Response.StatusCode == StatusCodes.Status400BadRequest
            && context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
        )
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = here;
        }

        return Task.CompletedTask;
    }
}
