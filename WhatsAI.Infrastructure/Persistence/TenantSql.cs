using Npgsql;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Hand-written SQL in one tenant: a transaction whose setting ends with it.</summary>
public static class TenantSql
{
    /// <summary>A connection with an open transaction that has entered <paramref name="tenant"/>. Disposing without a commit rolls back.</summary>
    public static async Task<TenantTransaction> BeginAsync(this NpgsqlDataSource database, TenantId tenant, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellation);
            await connection.EnterAsync(tenant, cancellation);
            return new TenantTransaction(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Enters a tenant until the end of the present transaction.</summary>
    public static async Task EnterAsync(this NpgsqlConnection connection, TenantId tenant, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT set_config('app.tenant', $1, true)", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = tenant.ToString() } },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A command with positional parameters ($1, $2, …); a null is written as DBNull.</summary>
    public static NpgsqlCommand Sql(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        Give(command.Parameters, values);
        return command;
    }

    /// <summary>One of a batch, written like <see cref="Sql"/>.</summary>
    public static NpgsqlBatchCommand Command(string sql, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Give(command.Parameters, values);
        return command;
    }

    private static void Give(NpgsqlParameterCollection parameters, object?[] values)
    {
        foreach (var value in values)
        {
            parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
    }
}

/// <summary>A connection and its transaction, ended together.</summary>
public sealed class TenantTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public NpgsqlConnection Connection { get; } = connection;

    public Task CommitAsync(CancellationToken cancellation) => transaction.CommitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
