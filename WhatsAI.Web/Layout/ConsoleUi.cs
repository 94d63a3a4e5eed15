using Radzen;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Layout;

public static class ConsoleUi
{
    public static void AddConsoleUi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddRadzenComponents();
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(Cultures.Configure);
        services.AddHttpContextAccessor();
        services.TryAddTime();
        services.AddScoped<ToastStack>();
    }

    /// <summary>After authentication, because the signed-in person's language is a claim.</summary>
    public static void MapConsoleUi(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapLanguage();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    private static void TryAddTime(this IServiceCollection services)
    {
        if (services.All(s => s.ServiceType != typeof(TimeProvider)))
        {
            services.AddSingleton(TimeProvider.System);
        }
    }
}
