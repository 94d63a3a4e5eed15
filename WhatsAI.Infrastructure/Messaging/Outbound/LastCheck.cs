using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>
/// The last look before a send, in the one place every send passes: whatever queued the message, and however long ago, what holds now decides. An agent's
/// answer to a person who wrote is let through; what machines start is not, once the person has opted out. To whom we blocked nothing goes.
/// </summary>
internal static class LastCheck
{
    /// <summary>Why it must not go out (a resource key), or null.</summary>
    public static async Task<string?> RefusalAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        QueuedMessage message,
        CancellationToken cancellation
    )
    {
        if (await IsBlockedAsync(connection, tenant, message, cancellation))
        {
            return "skipped.blocked";
        }

        if (message.Lane == Lane.Reply || message.Origin == MessageOrigin.System)
        {
            return null;
        }

        await using var command = connection.Sql(
            """
            SELECT EXISTS (
                SELECT 1 FROM conversations c
                JOIN contact_identities i ON i.tenant_id = $1 AND i.contact_id = c.contact_id
                JOIN suppressions s ON s.tenant_id = $1 AND s.kind = i.kind AND s.value = i.value
                WHERE c.tenant_id = $1 AND c.id = $2)
                OR EXISTS (
                    SELECT 1 FROM conversations c JOIN contacts p ON p.tenant_id = $1 AND p.id = c.contact_id
                    WHERE c.tenant_id = $1 AND c.id = $2 AND p.consent = 'OptedOut')
            """,
            tenant.Value,
            message.Conversation.Value
        );
        return (bool)(await command.ExecuteScalarAsync(cancellation))! ? "skipped.opted-out" : null;
    }

    private static async Task<bool> IsBlockedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        QueuedMessage message,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "SELECT blocked_at IS NOT NULL FROM conversations WHERE tenant_id = $1 AND id = $2",
            tenant.Value,
            message.Conversation.Value
        );
        return await command.ExecuteScalarAsync(cancellation) is true;
    }
}
