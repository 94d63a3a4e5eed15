namespace WhatsAI.Web.Hosting;

/// <summary>
/// A file that is not here is not found, whoever asks: browsers and their extensions ask for many by themselves (/favicon.ico, old style sheets), and each would ask the
/// database who it is only to be told so. Who types such an address gets the page that says it.
/// </summary>
public static class MissingFiles
{
    /// <summary>After routing, before anybody is asked who he is.</summary>
    public static void UseMissingFiles(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var request = context.Request;
                if (
                    context.GetEndpoint() is not null
                    || request.IsForPage()
                    || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
                    || !Path.HasExtension(request.Path.Value)
                )
                {
                    return next(context);
                }

                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
}
