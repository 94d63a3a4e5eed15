using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notices;

/// <summary>What a member was told goes with his membership; should he come back, it begins anew.</summary>
public sealed class NoticeStep : IMemberStep
{
    public async Task<bool> ChangedAsync(NpgsqlConnection connection, TenantId tenant, UserId user, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            DELETE FROM notices WHERE tenant_id = $1 AND user_id = $2
                AND NOT EXISTS (SELECT FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = $2)
            """,
            tenant.Value,
            user.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
        return false;
    }
}
