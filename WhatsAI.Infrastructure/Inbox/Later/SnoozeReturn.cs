using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>
/// Brings back the conversations of a number whose time is up by the database's clock. Who had one has it again, whatever he holds; what was nobody's waits
/// to be given to somebody.
/// </summary>
public sealed class SnoozeReturn(NpgsqlDataSource database, IHeadClocks clocks, EventHub hub, WorkSignal work) : ILaterPart
{
    private const int Batch = 200;

    public async Task RunAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        while (await StepAsync(tenant, number, ct))
        {
            // Until a look finds nothing more.
        }
    }

    public Task<DateTimeOffset?> NextAsync(NpgsqlConnection connection, TenantId tenant, InstanceId number, CancellationToken ct) =>
        LaterWork.TimeAsync(
            connection.Sql(
                """
                SELECT min(snoozed_until) FROM conversation_heads
                WHERE tenant_id = $1 AND instance_id = $2 AND status = 'Snoozed' AND snoozed_until IS NOT NULL
                """,
                tenant.Value,
                number.Value
            ),
            ct
        );

    private async Task<bool> StepAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        var clock = await clocks.OfAsync(tenant, ct);
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var (ids, now) = await DueAsync(connection, tenant, number, ct);
        if (ids.Count == 0)
        {
            return false;
        }

        var (events, written, counters) = (new List<ConsoleEvent>(), new List<ConversationHead>(), new ConversationCounters());
        // What moved between the look and the lock is left as it moved.
        foreach (var head in (await HeadSql.LockAsync(connection, tenant, ids, ct)).Values.Where(h => IsDue(h, now)))
        {
            var after = clock.Move(head, head with { Status = ConversationStatus.Open }, now);
            counters.Moved(head, after);
            written.Add(after);
            var line = await ActivityLines.AddAsync(connection, after, "line.returned", [], author: null, now, ct);
            events.AddRange([new ConversationChanged(tenant, head.ConversationId), new MessageChanged(tenant, head.ConversationId, line)]);
        }

        await HeadSql.WriteAsync(connection, written, ct);
        await counters.ApplyAsync(connection, tenant, ct);
        var nobodys = written.FindAll(h => h is { AssigneeId: null, Kind: ConversationKind.Person });
        if (nobodys.Count > 0)
        {
            // Those that are given out by hand are taken from the queue again by the choice.
            await AssignmentQueue.AddAsync(connection, tenant, nobodys, ct);
            await AssignmentQueue.WakeAsync(connection, tenant, ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish(events);
        if (nobodys.Count > 0)
        {
            work.Raise(WorkKind.Assign);
        }

        return true;
    }

    private static bool IsDue(ConversationHead head, DateTimeOffset now) =>
        head is { Status: ConversationStatus.Snoozed, SnoozedUntil: { } until } && until <= now;

    private static async Task<(List<ConversationId> Ids, DateTimeOffset Now)> DueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId number,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT conversation_id, now() FROM conversation_heads
            WHERE tenant_id = $1 AND instance_id = $2 AND status = 'Snoozed' AND snoozed_until <= now() ORDER BY snoozed_until LIMIT $3
            """,
            tenant.Value,
            number.Value,
            Batch
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (ids, now) = (new List<ConversationId>(), default(DateTimeOffset));
        while (await reader.ReadAsync(ct))
        {
            ids.Add(new ConversationId(reader.GetGuid(0)));
            now = reader.GetFieldValue<DateTimeOffset>(1);
        }

        return (ids, now);
    }
}
