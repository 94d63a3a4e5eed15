using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>The door for claimed work and jobs: a scope of its own, in one tenant.</summary>
public sealed class TenantScopes(IServiceScopeFactory scopes)
{
    /// <summary>The caller disposes the scope.</summary>
    public AsyncServiceScope Enter(TenantId tenant)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Enter(tenant);
        return scope;
    }
}
