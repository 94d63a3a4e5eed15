using Npgsql;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>
/// What a later feature does when a company's zone is another one: in the transaction that changes it, after the change, the connection in the tenant.
/// An exception undoes the change.
/// </summary>
public interface ITenantStep
{
    Task MovedAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken cancellation);
}
