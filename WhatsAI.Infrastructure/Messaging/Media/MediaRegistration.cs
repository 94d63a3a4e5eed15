using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Messaging.Media;

internal static class MediaRegistration
{
    public static void AddMedia(this IServiceCollection services)
    {
        services.AddOptions<MediaOptions>().BindConfiguration(MediaOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DiskMediaStore>();
        services.AddSingleton<IMediaStore>(provider => provider.GetRequiredService<DiskMediaStore>());
        services.AddSingleton<MediaIntake>();
        services.AddSingleton<MediaFetch>();
        services.AddScoped<MediaActions>();
        services.AddScoped<MediaQueries>();
        services.AddHostedService<MediaFetcher>();
    }
}
