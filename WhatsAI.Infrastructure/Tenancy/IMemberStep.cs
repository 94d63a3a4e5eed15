using Npgsql;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>
/// What a later feature does when it is different what a member may see, or whether he may enter at all: in the transaction that changes it, after the
/// change, the connection in the tenant. Listed in order in <c>Registration</c>; an exception undoes the change.
/// </summary>
public interface IMemberStep
{
    /// <returns>Whether lists changed: every open page reads again.</returns>
    Task<bool> ChangedAsync(NpgsqlConnection connection, TenantId tenant, UserId user, CancellationToken cancellation);
}
