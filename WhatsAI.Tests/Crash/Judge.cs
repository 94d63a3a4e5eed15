using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>Compares the sandbox's own log, which nobody killed, with what the database says in the end.</summary>
internal sealed class Judge(CrashWorld world, SandboxProcess sandbox)
{
    private const string Settled = "('Sent', 'Delivered', 'Read', 'Played')";

    /// <summary>Until nothing is under way any more: every customer done, every webhook taken, every queue empty, every reply ended.</summary>
    public async Task RestAsync(double seconds = 90)
    {
        await Wait.UntilAsync(() => Log().Count(l => l.Kind == "received") >= world.Told, "every customer has written", seconds);
        try
        {
            await Wait.UntilAsync(async () => (await MissingAsync()).Count == 0, "every customer's message has arrived", seconds);
        }
        catch (TimeoutException e)
        {
            var missing = await MissingAsync();
            var tries = Log().Where(l => l.Kind == "webhook" && missing.Take(5).Contains(l.Message, StringComparer.Ordinal));
            throw new TimeoutException(
                $"{missing.Count} are missing, such as\n"
                    + string.Join(
                        '\n',
                        tries.Select(t =>
                            $"{world.Numbers.ToList().FindIndex(n => n.Name == t.Instance)} {t.Message} {t.Event} {t.Attempt} {t.Status} {t.At:O}"
                        )
                    ),
                e
            );
        }

        foreach (
            var (what, sql) in new[]
            {
                ("the journal's queue is empty", "SELECT count(*) FROM journal_pending WHERE tenant_id = $1"),
                ("no reply waits", "SELECT count(*) FROM messages WHERE tenant_id = $1 AND delivery IN ('Queued', 'Sending')"),
                ("no echo is held", "SELECT count(*) FROM held_echoes WHERE tenant_id = $1"),
            }
        )
        {
            await Wait.UntilAsync(async () => await world.ScalarAsync<long>(sql) == 0, what, seconds);
        }
    }

    /// <summary>
    /// Until what was written by now has arrived. A gateway tries ten times, with ever longer pauses: who is down again at each of them is not told, and the
    /// next kill must not make one of many.
    /// </summary>
    public Task CaughtUpAsync(double seconds = 60)
    {
        var now = DateTimeOffset.UtcNow;
        return Wait.UntilAsync(async () => (await MissingAsync(now)).Count == 0, "what was written before has arrived", seconds);
    }

    /// <summary>Every acknowledged message, and every message at all, is there exactly once.</summary>
    /// <param name="except">What the ids begin with that the test itself posted.</param>
    public async Task ArrivalsAsync(string? except = null)
    {
        var log = Log();
        var stored = await world.ListAsync("SELECT provider_id FROM messages WHERE tenant_id = $1 AND direction = 'In'");
        var acknowledged = log.Where(l => l is { Kind: "webhook", Event: "messages.upsert" } && Answer(l) == 200).Select(l => l.Message!);

        acknowledged.Except(stored, StringComparer.Ordinal).ShouldBeEmpty("acknowledged and lost");
        stored.RemoveAll(id => except is not null && id.StartsWith(except, StringComparison.Ordinal));
        stored.ShouldBe(log.Where(l => l.Kind == "received").Select(l => l.Message!), ignoreOrder: true);
        (await world.ListAsync("SELECT id::text FROM journal WHERE tenant_id = $1 AND problem IS NOT NULL")).ShouldBeEmpty();
    }

    /// <summary>No reply was handed over twice, none is forgotten, and what is in doubt really did not go out.</summary>
    /// <param name="replies">All that were queued.</param>
    /// <param name="mostInDoubt">Sends that could be in flight at the kills.</param>
    /// <returns>How many stayed in doubt.</returns>
    public async Task<int> RepliesAsync(IReadOnlyCollection<string> replies, int mostInDoubt)
    {
        var sent = Log().Where(l => l.Kind == "send").Select(l => l.Text!).ToList();
        sent.GroupBy(t => t).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty("handed over twice");
        sent.Except(replies, StringComparer.Ordinal).ShouldBeEmpty("never queued");

        // An echo settles at once; the gateway's own store is asked 5 and 30 seconds after.
        await Wait.UntilAsync(
            async () => (await StatesAsync("= 'Unconfirmed'")).Intersect(sent, StringComparer.Ordinal).Any() is false,
            "what went out is no longer in doubt",
            45
        );
        var doubtful = await StatesAsync("= 'Unconfirmed'");
        doubtful.Count.ShouldBeLessThanOrEqualTo(mostInDoubt);
        (await StatesAsync($"IN {Settled}")).ShouldBe(sent, ignoreOrder: true);
        (await StatesAsync("IS NOT NULL")).ShouldBe(replies, ignoreOrder: true);
        replies.Count.ShouldBe(sent.Count + doubtful.Count);
        return doubtful.Count;
    }

    /// <summary>Counters and unread numbers say what the rows say; nothing waits for anything.</summary>
    public async Task CountersAsync()
    {
        (
            await world.ScalarAsync<long>(
                """
                SELECT count(*) FROM (
                    SELECT instance_id, kind, status, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000') AS assignee_id,
                        coalesce(team_id, '00000000-0000-0000-0000-000000000000') AS team_id, count(*)::int AS conversations, count(*) FILTER (WHERE unread > 0)::int AS unread
                    FROM conversation_heads WHERE tenant_id = $1 GROUP BY 1, 2, 3, 4, 5
                ) h FULL JOIN (SELECT * FROM conversation_counts WHERE tenant_id = $1 AND (conversations <> 0 OR unread <> 0)) c USING (instance_id, kind, status, assignee_id, team_id)
                WHERE h.conversations IS DISTINCT FROM c.conversations OR h.unread IS DISTINCT FROM c.unread
                """
            )
        ).ShouldBe(0, "counters differ from the rows");
        (
            await world.ListAsync(
                """
                SELECT h.conversation_id || ' says ' || h.unread || ', has ' || count(m.id) FROM conversation_heads h
                LEFT JOIN messages m ON m.tenant_id = $1 AND m.conversation_id = h.conversation_id AND m.direction = 'In'
                WHERE h.tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM messages o WHERE o.tenant_id = $1 AND o.conversation_id = h.conversation_id AND o.direction = 'Out')
                GROUP BY h.conversation_id, h.unread HAVING h.unread <> count(m.id)
                """
            )
        ).ShouldBeEmpty("unread differs from the messages nobody answered");
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<long>("SELECT count(*) FROM waiting_receipts WHERE tenant_id = $1") == 0,
            "no receipt waits"
        );
    }

    private async Task<List<string>> MissingAsync(DateTimeOffset? until = null)
    {
        var stored = await world.ListAsync("SELECT provider_id FROM messages WHERE tenant_id = $1 AND direction = 'In'");
        return
        [
            .. Log()
                .Where(l => l.Kind == "received" && (until is null || l.At <= until))
                .Select(l => l.Message!)
                .Except(stored, StringComparer.Ordinal),
        ];
    }

    private Task<List<string>> StatesAsync(string condition) =>
        world.ListAsync($"SELECT text FROM messages WHERE tenant_id = $1 AND direction = 'Out' AND delivery {condition}");

    private IEnumerable<SandboxLogLine> Log()
    {
        var mine = world.Numbers.Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        return sandbox.ReadLog().Where(l => l.Instance is { } name && mine.Contains(name));
    }

    private static int Answer(SandboxLogLine line) =>
        line.Status is { ValueKind: System.Text.Json.JsonValueKind.Number } s ? s.GetInt32() : 0;
}
