namespace WhatsAI.Infrastructure.Retention;

/// <summary>What came before its message, when the message never came.</summary>
internal sealed class WaitingRetention : IRetentionRule
{
    internal static readonly InstanceWalk Receipts = Of("waiting_receipts");
    internal static readonly InstanceWalk Changes = Of("waiting_changes");

    public string What => "waiting";

    public async Task RunAsync(RetentionRun run)
    {
        await Receipts.RunAsync(run, run.Options.WaitingDays);
        await Changes.RunAsync(run, run.Options.WaitingDays);
    }

    private static InstanceWalk Of(string table) =>
        new(
            Table: table,
            Key: "provider_id",
            First: "",
            At: "at",
            IsInTimeOrder: false,
            Old: "r.at < now() - make_interval(days => $5)",
            Label: $"'{table}'"
        );
}

/// <summary>
/// Echoes that were held for an attempt that has long ended. Not lost: they go back to the journal's queue, where they are another program's message, as
/// when an attempt ends in the usual way.
/// </summary>
internal sealed class EchoRetention : IRetentionRule
{
    internal static readonly InstanceWalk Walk = new(
        Table: "held_echoes",
        Key: "provider_id",
        First: "",
        At: "held_at",
        IsInTimeOrder: false,
        Old: "r.held_at < now() - make_interval(days => $5)",
        Label: "'held_echoes'",
        Returning: ", r.journal_id",
        Then: """
        , again AS (
            INSERT INTO journal_pending (journal_id, tenant_id, instance_id, due_at, attempts)
            SELECT DISTINCT j.id, $1, $2, now(), 0 FROM removed JOIN journal j ON j.id = removed.journal_id
            WHERE EXISTS (SELECT FROM work_list w WHERE w.kind = 'Inbound' AND w.instance_id = $2)
            ON CONFLICT DO NOTHING
        )
        """
    );

    public string What => "held_echoes";

    public Task RunAsync(RetentionRun run) => Walk.RunAsync(run, run.Options.WaitingDays);
}

/// <summary>The connection log, but for the line that says how each number came to be as it is.</summary>
internal sealed class ConnectionLogRetention : IRetentionRule
{
    internal static readonly InstanceWalk Walk = new(
        Table: "connection_log",
        Key: "id",
        First: 0L,
        At: "at",
        IsInTimeOrder: true,
        Old: """
        r.at < now() - make_interval(days => $5)
        AND r.id <> (SELECT max(l.id) FROM connection_log l WHERE l.tenant_id = $1 AND l.instance_id = $2)
        """,
        Label: "'connection_log'"
    );

    public string What => "connection_log";

    public Task RunAsync(RetentionRun run) => Walk.RunAsync(run, run.Options.ConnectionLogDays);
}

/// <summary>What each number did on each day.</summary>
internal sealed class PaceDayRetention : IRetentionRule
{
    internal static readonly InstanceWalk Walk = new(
        Table: "pace_days",
        Key: "day",
        First: DateOnly.MinValue,
        At: "day",
        IsInTimeOrder: true,
        Old: "r.day < (now() - make_interval(days => $5))::date",
        Label: "'pace_days'"
    );

    public string What => "pace_days";

    public Task RunAsync(RetentionRun run) => Walk.RunAsync(run, run.Options.PaceDays);
}
