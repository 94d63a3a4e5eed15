using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>
/// The tenant of this scope. Entered once, at a door (circuit, HTTP request, webhook, job, claimed work); reading it before throws, because a query
/// without a tenant is a bug and never "all of them".
/// </summary>
public sealed class CurrentTenant
{
    private TenantId? _id;

    public bool IsSet => _id is not null;

    /// <exception cref="InvalidOperationException">No tenant was entered in this scope.</exception>
    public TenantId Id => _id ?? throw new InvalidOperationException("No tenant was entered in this scope.");

    /// <exception cref="InvalidOperationException">Another tenant was entered before.</exception>
    public void Enter(TenantId id)
    {
        if (_id is { } before && before != id)
        {
            throw new InvalidOperationException("This scope has entered another tenant already.");
        }

        _id = id;
    }
}
