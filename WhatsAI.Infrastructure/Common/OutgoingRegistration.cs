using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Common;

internal static class OutgoingRegistration
{
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Limits>();
    }

    public static void AddOutgoing(this IServiceCollection services)
    {
        services
            .AddOptions<OutgoingOptions>()
            .BindConfiguration(OutgoingOptions.Section)
            .PostConfigure<IHostEnvironment, IOptions<SharedGatewayOptions>>(
                (options, environment, gateways) =>
                {
                    options.AllowPrivateGateways ??= environment.IsDevelopment();
                    // What the operator configured himself he allows.
                    foreach (var host in gateways.Value.Shared.Select(gateway => gateway.Address?.Host).OfType<string>())
                    {
                        options.AllowedHosts.Add(host.Trim('[', ']'));
                    }
                }
            )
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<OutgoingGuard>();
    }
}
