using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Instances.Pools.Status;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

internal static class AlertRegistration
{
    public static void AddAlerts(this IServiceCollection services)
    {
        services
            .AddOptions<AlertOptions>()
            .BindConfiguration(AlertOptions.Section)
            .Configure<IConfiguration>((options, settings) => options.SiteAddress = settings.GetValue<Uri?>("Site:PublicAddress"))
            .ValidateDataAnnotations()
            .Validate(o => o.TelegramAddress is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "Alerts:TelegramAddress is no address.")
            .ValidateOnStart();
        // What the operator configured himself he allows.
        services
            .AddOptions<OutgoingOptions>()
            .PostConfigure<IConfiguration>(
                (options, settings) =>
                {
                    if (
                        settings.GetValue<Uri?>($"{AlertOptions.Section}:{nameof(AlertOptions.TelegramAddress)}") is
                        { IsAbsoluteUri: true } address
                    )
                    {
                        options.AllowedHosts.Add(address.Host.Trim('[', ']'));
                    }
                }
            );
        services.AddSingleton<AlertHttp>();
        services.AddSingleton<IAlertPost, AlertMail>();
        services.AddSingleton<IAlertPost, AlertTelegram>();
        services.AddSingleton<IAlertPost, AlertWebhook>();
        services.AddSingleton<AlertPostTools>();
        services.AddSingleton<AlertChannelTools>();
        services.AddSingleton<AlertPosting>();
        services.AddSingleton<AlertWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<AlertWorker>());
        services.AddSingleton<AlertLook>();
        services.AddQuartz(quartz =>
            quartz.ScheduleJob<AlertJob>(
                (provider, trigger) =>
                    trigger
                        .WithIdentity("alerts")
                        .WithSimpleSchedule(TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<AlertOptions>>().Value.EverySeconds)),
                (_, job) => job.WithIdentity("alerts")
            )
        );
        services.AddSingleton<AlertBoard>();
        services.AddScoped<AlertQueries>();
        services.AddScoped<AlertActions>();
        services.AddScoped<AlertChannelQueries>();
        services.AddScoped(provider => new AlertChannelActions(
            provider.GetRequiredService<IDbContextFactory<ConsoleDb>>(),
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<CurrentMember>(),
            provider.GetRequiredService<AlertChannelTools>()
        ));
        services.AddScoped<StatusKeyActions>();
        services.AddScoped<StatusKeyQueries>();
        services.AddSingleton<StatusKeys>();
        services.AddSingleton<StatusReader>();
        services.AddSingleton<NumberMeter>();
    }
}
