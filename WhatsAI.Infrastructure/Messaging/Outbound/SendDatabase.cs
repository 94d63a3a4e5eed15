using Npgsql;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>
/// A few connections of their own for the transactions that sends share. Their statements stay prepared: they are few, always the same and wide, so that
/// planning them anew would cost more than doing them.
/// </summary>
public sealed class SendDatabase(string connectionString) : IAsyncDisposable
{
    private const int Connections = 12;

    public NpgsqlDataSource Source { get; } =
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                MaxPoolSize = Connections,
                MaxAutoPrepare = 100,
                AutoPrepareMinUsages = 2,
            }
        );

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
