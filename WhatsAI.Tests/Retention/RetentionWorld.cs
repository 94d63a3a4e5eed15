using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Retention;

/// <summary>Rules run for companies of the test's own, on the database that all tests share.</summary>
internal static class RetentionWorld
{
    public static readonly ConcurrentQueue<string> Warnings = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What was removed.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> RunAsync(
        this MessagingWorld world,
        IRetentionRule rule,
        RetentionOptions? options = null,
        TimeProvider? time = null,
        params TenantId[] others
    )
    {
        await using var connection = await world.Database.OpenConnectionAsync(Ct);
        var run = NewRun(
            connection,
            options ?? new RetentionOptions { StepPause = TimeSpan.Zero },
            time ?? TimeProvider.System,
            [world.Tenant, .. others]
        );
        await rule.RunAsync(run);
        return run.Removed;
    }

    internal static RetentionRun NewRun(NpgsqlConnection connection, RetentionOptions options, TimeProvider time, TenantId[] tenants)
    {
        return new RetentionRun(connection, options, tenants, time, new Listener(), Ct);
    }

    /// <summary>An event of so many days ago; its id.</summary>
    public static async Task<long> EventAsync(
        this MessagingWorld world,
        int daysAgo,
        bool done = true,
        string? problem = null,
        bool pending = false
    )
    {
        var id = (long)
            (
                await world.ScalarAsync<object>(
                    """
                    INSERT INTO journal (tenant_id, instance_id, received_at, body, event, done_at, problem)
                    VALUES ($1, $2, now() - make_interval(days => $3), '{}', 'messages.upsert', CASE WHEN $4 THEN now() - make_interval(days => $3) END, nullif($5, ''))
                    RETURNING id
                    """,
                    world.Instance.Value,
                    daysAgo,
                    done,
                    problem ?? ""
                )
            )!;
        if (pending)
        {
            await world.RunAsync(
                "INSERT INTO journal_pending (journal_id, tenant_id, instance_id, due_at, attempts) VALUES ($2, $1, $3, now() + interval '1 day', 0)",
                id,
                world.Instance.Value
            );
        }

        return id;
    }

    public static async Task<List<long>> EventsAsync(this MessagingWorld world)
    {
        await using var command = world.Owner.CreateCommand("SELECT id FROM journal WHERE tenant_id = $1 ORDER BY id");
        command.Parameters.Add(new NpgsqlParameter { Value = world.Tenant.Value });
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var ids = new List<long>();
        while (await reader.ReadAsync(Ct))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    private sealed class Listener : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (level == LogLevel.Warning)
            {
                Warnings.Enqueue(formatter(state, exception));
            }
        }
    }
}
