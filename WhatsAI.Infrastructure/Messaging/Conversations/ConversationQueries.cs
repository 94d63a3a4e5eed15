using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>The inbox list and what stands around a thread, of the numbers the member sees.</summary>
public sealed class ConversationQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 50;

    /// <summary>The rows below <paramref name="after"/>, or the first ones.</summary>
    public async Task<ConversationPage> PageAsync(InboxFilter filter, ConversationKey? after = null, CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var rows = await ConversationSql.RowsAsync(
            ConversationSql.Page(scope.Connection, member.TenantId, member.Numbers, filter, after, PageSize),
            ct
        );
        var more = rows.Count > PageSize;
        return new ConversationPage(more ? rows[..PageSize] : rows, more);
    }

    public async Task<InboxSummary> SummaryAsync(CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return (await ConversationSql.SummaryAsync(scope.Connection, member.TenantId, ct)).Of(member.Numbers);
    }

    /// <summary>Null for a conversation that is not this tenant's, not of a number the member sees, or is none.</summary>
    public async Task<ConversationView?> FindAsync(ConversationId id, CancellationToken ct = default)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var rows = await ConversationSql.RowsAsync(ConversationSql.ByIds(scope.Connection, member.TenantId, member.Numbers, [id]), ct);
        if (rows is not [var row])
        {
            return null;
        }

        if (row.ContactId is not { } contact)
        {
            return new ConversationView(row, null, null, [], []);
        }

        var (pushName, since) = await ContactAsync(scope.Connection, contact, ct);
        var identities = await IdentitiesAsync(scope.Connection, contact, ct);
        var others = await ConversationSql.RowsAsync(
            ConversationSql.OfContact(scope.Connection, member.TenantId, member.Numbers, contact, id, limit: 20),
            ct
        );
        return new ConversationView(row, pushName == row.Name ? null : pushName, since, identities, others);
    }

    private async Task<(string? PushName, DateTimeOffset? Since)> ContactAsync(
        NpgsqlConnection connection,
        ContactId id,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT push_name, created_at FROM contacts WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.TextOrNull(0), reader.Time(1)) : (null, null);
    }

    private async Task<List<IdentityRow>> IdentitiesAsync(NpgsqlConnection connection, ContactId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT kind, value, jid FROM contact_identities WHERE tenant_id = $1 AND contact_id = $2 ORDER BY kind DESC, first_seen_at LIMIT 20",
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var identities = new List<IdentityRow>();
        while (await reader.ReadAsync(ct))
        {
            identities.Add(new IdentityRow(reader.Enum<IdentityKind>(0), reader.GetString(1), reader.GetString(2)));
        }

        return identities;
    }
}
