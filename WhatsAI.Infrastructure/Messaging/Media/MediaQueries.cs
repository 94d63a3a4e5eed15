using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <param name="Hash">Its name in the store, and what never changes for an id.</param>
public sealed record MediaView(string Hash, string ContentType, string? FileName, DateTimeOffset StoredAt);

public sealed class MediaQueries(NpgsqlDataSource database, CurrentMember member)
{
    /// <summary>Null for what does not exist, for another tenant's, and for what came only through numbers the member does not see. A template's file is the company's.</summary>
    public async Task<MediaView?> FindAsync(MediaId id, CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            """
            SELECT f.hash, f.content_type, f.file_name, f.stored_at FROM media_files f
            WHERE f.tenant_id = $1 AND f.id = $2 AND ($3::uuid[] IS NULL
                OR EXISTS (
                    SELECT FROM messages m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
                    WHERE m.tenant_id = $1 AND m.media_id = $2 AND c.instance_id = ANY ($3))
                OR EXISTS (
                    SELECT FROM contacts p JOIN conversations c ON c.tenant_id = p.tenant_id AND c.contact_id = p.id
                    WHERE p.tenant_id = $1 AND p.picture_id = $2 AND c.instance_id = ANY ($3))
                OR ($4 AND EXISTS (SELECT FROM message_templates t WHERE t.tenant_id = $1 AND t.media_id = $2)))
            """,
            member.TenantId.Value,
            id.Value,
            member.NumbersParameter(),
            member.Allows(Permission.CampaignsRead)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new MediaView(
                reader.GetString(0),
                reader.GetString(1),
                reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.GetFieldValue<DateTimeOffset>(3)
            )
            : null;
    }
}
