using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>
/// States the scope's tenant on every connection EF opens, for row-level security. The pool resets the setting when a connection goes back
/// (Npgsql's DISCARD ALL), and a scope without a tenant sees no tenant's row.
/// </summary>
public sealed class TenantConnectionInterceptor(CurrentTenant tenant) : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (tenant.IsSet)
        {
            using var command = Command(connection);
            command.ExecuteNonQuery();
        }
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        if (tenant.IsSet)
        {
            await using var command = Command(connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private NpgsqlCommand Command(DbConnection connection) =>
        new("SELECT set_config('app.tenant', $1, false)", (NpgsqlConnection)connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = tenant.Id.ToString() } },
        };
}
