using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>Reads that somebody waits for: broken off rather than left to hold the database.</summary>
internal static class Patience
{
    /// <exception cref="RuleException">It took too long.</exception>
    public static async Task<T> AskAsync<T>(
        NpgsqlDataSource database,
        TenantId tenant,
        Func<NpgsqlConnection, Task<T>> ask,
        CancellationToken ct
    )
    {
        try
        {
            await using var scope = await database.BeginAsync(tenant, ct);
            await using (var patience = scope.Connection.Sql("SET LOCAL statement_timeout = '5s'"))
            {
                await patience.ExecuteNonQueryAsync(ct);
            }

            return await ask(scope.Connection);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !ct.IsCancellationRequested)
        {
            throw new RuleException("search.took-too-long");
        }
    }
}
