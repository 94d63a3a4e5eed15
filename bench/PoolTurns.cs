using System.Diagnostics;
using System.Globalization;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Secrets;

namespace WhatsAI.Bench;

/// <summary>
/// Numbers that are all due: what the dispatcher decides in a second and what that costs the database, with more numbers beside them and with more messages
/// waiting. The gateway answers at once, so the ledger is what is measured.
/// </summary>
internal static class PoolTurns
{
    private const int Slots = 64;

    public static async Task RunAsync(BenchOptions options)
    {
        var waves = options.Of("waves", 3, 1);
        var much = options.Of("messages", 1_000_000, 50_000);
        var table = new Table(
            $"Campaign turns: every due number sends one message and looks again, {waves} times",
            "numbers",
            "due",
            "messages waiting",
            "sends",
            "decisions",
            "statements a send",
            "pages a send",
            "work list's claim"
        );
        await MeasureAsync(table, numbers: 100, due: 100, 10_000, waves);
        await MeasureAsync(table, numbers: 1_000, due: 1_000, 10_000, waves);
        await MeasureAsync(table, numbers: 1_000, due: 1_000, much, waves);
        await MeasureAsync(table, numbers: 5_000, due: 1_000, 10_000, waves);
        table.Print();
    }

    private static async Task MeasureAsync(Table table, int numbers, int due, int messages, int waves)
    {
        await using var cluster = await PoolCluster.StartAsync(numbers);
        await cluster.FeedAsync(due / PoolCluster.OfPool, messages);
        var turns = new Turns(cluster);
        await turns.WaveAsync(due); // the first ones compile it
        // A planner that takes tables for empty reads them whole.
        await cluster.RunAsync("VACUUM (ANALYZE)");
        await cluster.RunAsync("SELECT pg_stat_statements_reset()");
        var (sends, decisions, took) = (0, 0, TimeSpan.Zero);
        for (var i = 0; i < waves; i++)
        {
            var wave = await turns.WaveAsync(due);
            (sends, decisions, took) = (sends + wave.Sends, decisions + wave.Decisions, took + wave.Took);
        }

        if (sends != due * waves)
        {
            throw new InvalidOperationException($"{sends} were sent and not {due * waves}.");
        }

        if (numbers == 1_000 && messages <= 10_000)
        {
            await Statements.ListAsync(cluster.Admin, $"What a send asks of the database, of {numbers} numbers", sends);
        }

        // Of the app role alone: what this measurement sets back is the superuser's.
        const string ofApp = "FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE NOT r.rolsuper";
        var statements = await cluster.ScalarAsync<decimal>($"SELECT sum(calls) {ofApp}");
        var pages = await cluster.ScalarAsync<decimal>($"SELECT sum(shared_blks_hit + shared_blks_read) {ofApp}");
        var claim = await cluster.ScalarAsync<double>(
            $"SELECT sum(total_exec_time) / sum(calls) {ofApp} AND query LIKE 'UPDATE work_list w SET lease_until%'"
        );
        table.Add(
            Text(numbers),
            Text(due),
            Text(messages),
            Table.Rate(sends / took.TotalSeconds),
            Table.Rate(decisions / took.TotalSeconds),
            (statements / sends).ToString("0.0", CultureInfo.InvariantCulture),
            (pages / sends).ToString("0", CultureInfo.InvariantCulture),
            claim.ToString("0.00", CultureInfo.InvariantCulture) + " ms"
        );
    }

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The dispatcher's own steps, with a gateway that takes everything at once.</summary>
    private sealed class Turns(PoolCluster cluster)
    {
        private readonly WorkList _work = new(cluster.App);
        private readonly LedgerQueue _queue = New(cluster);
        private int _sends;
        private int _decisions;

        public async Task<(int Sends, int Decisions, TimeSpan Took)> WaveAsync(int due)
        {
            // Two minutes are over, and the hour's cap is not what is measured.
            await cluster.RunAsync(
                "UPDATE pace_states SET last_at = last_at - interval '10 minutes', not_before = not_before - interval '10 minutes', in_series = 0, sent_this_hour = 0"
            );
            await cluster.RunAsync(
                """
                UPDATE work_list SET due_at = now() WHERE kind = 'Outbound' AND instance_id IN (
                    SELECT instance_id FROM pool_members WHERE pool_id IN (SELECT id FROM pools ORDER BY name LIMIT $1))
                """,
                due / PoolCluster.OfPool
            );
            (_sends, _decisions) = (0, 0);
            var watch = Stopwatch.StartNew();
            while (_sends < due)
            {
                var claims = await _work.ClaimAsync(WorkKind.Outbound, Slots, CancellationToken.None);
                await Task.WhenAll(claims.Select(c => Task.Run(() => WorkAsync(c))));
            }

            return (_sends, _decisions, watch.Elapsed);
        }

        private async Task WorkAsync(WorkClaim claim)
        {
            while (true)
            {
                Interlocked.Increment(ref _decisions);
                if (await _queue.BeginAsync(claim, CancellationToken.None) is not { } attempt)
                {
                    return;
                }

                var held = await _queue.EndAsync(
                    claim,
                    attempt,
                    new AttemptResult.Taken(new SentMessage(Guid.NewGuid().ToString("N"), attempt.To, null)),
                    CancellationToken.None
                );
                Interlocked.Increment(ref _sends);
                if (!held)
                {
                    return;
                }
            }
        }

        private static LedgerQueue New(PoolCluster cluster)
        {
            var (hub, signal, clock) = (new EventHub(), new WorkSignal(), new PaceClock());
            var turns = new CampaignTurns(
                new CampaignLane(cluster.App, hub, signal, clock),
                new ErasedPeople(() => MasterKey.Load(null, null)),
                clock
            );
            return new LedgerQueue(cluster.App, turns, clock, hub, signal, new InboundSignal(), TimeProvider.System, cluster.Sends);
        }
    }
}
