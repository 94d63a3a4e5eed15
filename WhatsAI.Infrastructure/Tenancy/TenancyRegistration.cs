using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Demo;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Tenancy;

internal static class TenancyRegistration
{
    public static void AddTenancy(this IServiceCollection services)
    {
        services.AddScoped<CurrentMember>();
        services.AddSingleton<MemberNames>();
        services.AddScoped<TenantQueries>();
        services.AddSingleton<AttentionRows>();
        services.AddScoped<AttentionQueries>();
        services.AddScoped<TenantActions>();
        services.AddScoped<TenantDoor>();
        services.AddScoped<MemberQueries>();
        services.AddScoped<MemberActions>();
        services.AddScoped<InvitationActions>();
        services.AddScoped<InvitationAcceptance>();
        services.AddScoped<TenantCreation>();
        services.AddOptions<SharedGatewayOptions>().BindConfiguration(SharedGatewayOptions.Section);
        services.AddSingleton<SharedGatewayRows>();
        services.AddScoped<DemoSeed>();
        services.AddSingleton<SandboxRestore>();
    }
}
