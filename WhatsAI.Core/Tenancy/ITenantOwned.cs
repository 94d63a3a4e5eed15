namespace WhatsAI.Core.Tenancy;

/// <summary>A row that belongs to one tenant: filtered in queries, tied by foreign keys that include the tenant, and behind row-level security.</summary>
public interface ITenantOwned
{
    TenantId TenantId { get; }
}
