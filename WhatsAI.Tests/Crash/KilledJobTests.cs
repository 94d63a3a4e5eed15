using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>
/// A copy is killed in the middle of every job at once: each waits for a number's row, which the test holds, with half of its work done and not committed.
/// Then the row is let go, and the other copy does each thing once.
/// </summary>
[Collection("failures")]
public sealed class KilledJobTests(ITestOutputHelper output)
{
    private static readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");

    [Fact]
    public async Task What_a_killed_copy_was_at_is_done_once_by_the_other()
    {
        await using var sandbox = new SandboxProcess();
        await sandbox.InitializeAsync();
        await using var cluster = await OwnCluster.StartAsync();
        (string, string)[] settings = [.. cluster.Settings, ("Pools:EverySeconds", "1"), ("Pools:SupervisionSeconds", "1")];
        await using var victim = await ConsoleProcess.StartAsync(settings);
        await using var other = ConsoleProcess.New(settings);
        await using var world = new CrashWorld(cluster.App, cluster.Owner, sandbox);
        await world.AddTenantAsync();
        var scene = new Scene(world);
        await scene.SetAsync(victim.Address);

        await using (var held = await HeldRows.TakeAsync(cluster.Owner, scene.Held))
        {
            await scene.DueAsync();
            await Wait.UntilAsync(async () => await held.WaitingAsync() >= scene.Held.Count, "every job waits in the middle", 90);
            await other.StartAgainAsync();
            await victim.KillHardAsync();
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Wait.UntilAsync(async () => (await scene.UndoneAsync()).Count == 0, "all is done", 60);
        output.WriteLine($"done {watch.Elapsed.TotalSeconds:0.0} s after the kill");
        // What would be done twice is done by now.
        await scene.DueAsync();
        await Wait.UntilAsync(scene.IsIdleAsync, "all was looked at once more", 20);
        (await scene.EffectsAsync()).ShouldBe(scene.Expected, ignoreOrder: true);
    }

    /// <summary>A pool for each job, in which there is one thing for it to do.</summary>
    private sealed class Scene(CrashWorld world)
    {
        private readonly List<Guid> _held = [];
        private LinkedNumber _rests = null!;
        private LinkedNumber _backup = null!;
        private LinkedNumber _warm = null!;
        private LinkedNumber _counted = null!;
        private LinkedNumber _probed = null!;
        private LinkedNumber _rested = null!;
        private LinkedNumber _banned = null!;

        /// <summary>Of each job the number whose row it comes to in the middle.</summary>
        public IReadOnlyList<Guid> Held => _held;

        public IEnumerable<string> Expected =>
            [
                $"role {_backup.Id} Backup Active Rotation",
                $"role {_rests.Id} Active Backup Rotation",
                $"role {_warm.Id} Warming Backup WarmedUp",
                $"line {_warm.Id} warmed-up",
                $"day {_counted.Id} {Yesterday:yyyy-MM-dd} 7",
                $"line {_probed.Id} proven-open",
                $"role {_rested.Id} Quarantined Backup Recovered",
                $"role {_banned.Id} Active Quarantined Failed",
                $"failover {_banned.Id}",
            ];

        private static DateOnly Yesterday => LocalDays.Of(DateTimeOffset.UtcNow, _zone).AddDays(-1);

        public async Task SetAsync(Uri console)
        {
            (_rests, _backup) = (await NumberAsync(console), await NumberAsync(console));
            (_warm, _counted, _probed) = (await NumberAsync(console), await NumberAsync(console), await NumberAsync(console));
            var rotation = await PoolAsync("Rotation");
            await JoinAsync(rotation, _rests, MemberRole.Active);
            await JoinAsync(rotation, _backup, MemberRole.Backup);
            var plan = $$"""{"rests":{"value":"{{_rests.Id}}"},"takesOver":{"value":"{{_backup.Id}}"},"on":"{{Yesterday:yyyy-MM-dd}}"}""";
            await world.RunAsync("UPDATE pools SET announced = $2::jsonb WHERE tenant_id = $1 AND name = 'Rotation'", plan);
            await JoinAsync(await PoolAsync("WarmUp"), _warm, MemberRole.Warming);
            await JoinAsync(await PoolAsync("Daily"), _counted, MemberRole.Backup);
            await PaceAsync(_warm, new DateOnly(2020, 1, 1), Yesterday, sent: 0);
            await PaceAsync(_counted, new DateOnly(2020, 1, 1), Yesterday, sent: 7);
            await world.RunAsync(
                "UPDATE pool_members SET role_since = now() - interval '1 day' WHERE tenant_id = $1 AND instance_id = $2",
                _counted.Id.Value
            );
            await world.RunAsync(
                "UPDATE instance_statuses SET state = 'Disconnected', state_since = now() - interval '1 minute' WHERE tenant_id = $1 AND instance_id = $2",
                _probed.Id.Value
            );
            (_rested, _banned) = (await NumberAsync(console), await NumberAsync(console));
            await JoinAsync(await PoolAsync("Supervision"), _rested, MemberRole.Quarantined, RoleCause.Failed);
            await PaceAsync(_rested, new DateOnly(2020, 1, 1), Yesterday, sent: 0);
            await JoinAsync(await PoolAsync("BanDetection"), _banned, MemberRole.Active);
            // Nothing is judged here but the banned number: what the others are stands.
            await world.RunAsync("DELETE FROM work_list WHERE tenant_id = $1 AND kind = 'Watch' AND instance_id <> $2", _banned.Id.Value);
            await world.RunAsync(
                "UPDATE instance_statuses SET state = 'Banned', close_code = 403, state_since = now(), own_jid = '5511988880001@s.whatsapp.net' WHERE tenant_id = $1 AND instance_id = $2",
                _banned.Id.Value
            );
            _held.AddRange([_rested.Id.Value, _banned.Id.Value, _rests.Id.Value, _warm.Id.Value, _counted.Id.Value, _probed.Id.Value]);
        }

        public async Task DueAsync()
        {
            await world.RunAsync("UPDATE pool_work SET due_at = now() WHERE tenant_id = $1");
            await world.RunAsync("UPDATE work_list SET due_at = now() WHERE tenant_id = $1 AND kind = 'Watch'");
            await world.RunAsync(
                "UPDATE work_list SET due_at = now() WHERE tenant_id = $1 AND kind = 'Probe' AND instance_id = $2",
                _probed.Id.Value
            );
        }

        public async Task<IReadOnlyList<string>> UndoneAsync() => [.. Expected.Except(await EffectsAsync())];

        public async Task<bool> IsIdleAsync() =>
            await world.ScalarAsync<bool>(
                """
                SELECT NOT EXISTS (SELECT FROM pool_work WHERE tenant_id = $1 AND kind <> 'Supervision' AND due_at < now() + interval '50 seconds')
                    AND NOT EXISTS (SELECT FROM work_list WHERE tenant_id = $1 AND (kind = 'Watch' OR kind = 'Probe' AND instance_id = $2) AND (due_at <= now() OR lease_until IS NOT NULL))
                """,
                _probed.Id.Value
            );

        public Task<List<string>> EffectsAsync() =>
            world.ListAsync(
                """
                SELECT format('role %s %s %s %s', instance_id, from_role, to_role, cause) FROM role_changes WHERE tenant_id = $1 AND from_role IS NOT NULL
                UNION ALL SELECT format('line %s %s', instance_id, what) FROM connection_log
                    WHERE tenant_id = $1 AND (what = 'warmed-up' OR instance_id = $2)
                UNION ALL SELECT format('failover %s', instance_id) FROM failovers WHERE tenant_id = $1
                UNION ALL SELECT format('day %s %s %s', instance_id, day, sent) FROM pace_days WHERE tenant_id = $1 AND instance_id = $3
                """,
                _probed.Id.Value,
                _counted.Id.Value
            );

        private async Task<LinkedNumber> NumberAsync(Uri console)
        {
            var number = await world.AddNumberAsync(console);
            await world.RunAsync(
                """
                INSERT INTO watch_states (tenant_id, instance_id, state, verdict, cause, verdict_since, inbound_only, score, judged_at)
                VALUES ($1, $2, '{}', 'Healthy', 'healthy', now() - interval '1 day', false, 90, now()) ON CONFLICT DO NOTHING
                """,
                number.Id.Value
            );
            return number;
        }

        private async Task<PoolId> PoolAsync(string name)
        {
            var pool = Id.New<PoolId>(DateTimeOffset.UtcNow);
            await world.RunAsync(
                """
                INSERT INTO pools (id, tenant_id, name, is_official, strategy, is_sticky, pace, rotation_days, failover, created_at)
                VALUES ($2, $1, $3, false, 'LeastUsed', true, $4::jsonb, 14, '{}', now())
                """,
                pool.Value,
                name,
                System.Text.Json.JsonSerializer.Serialize(
                    new Core.Instances.Pools.Pace.PacePolicy(),
                    Infrastructure.Instances.Pools.PoolMapping.Json
                )
            );
            // Only its own job has something to do in it.
            await world.RunAsync("DELETE FROM pool_work WHERE tenant_id = $1 AND pool_id = $2 AND kind <> $3", pool.Value, name);
            return pool;
        }

        private Task JoinAsync(PoolId pool, LinkedNumber number, MemberRole role, RoleCause cause = RoleCause.ByPerson) =>
            world.RunAsync(
                """
                INSERT INTO pool_members (tenant_id, instance_id, pool_id, role, role_since, cause)
                VALUES ($1, $2, $3, $4, now() - interval '20 days', $5)
                """,
                number.Id.Value,
                pool.Value,
                role.ToString(),
                cause.ToString()
            );

        private Task PaceAsync(LinkedNumber number, DateOnly since, DateOnly day, int sent) =>
            world.RunAsync(
                """
                INSERT INTO pace_states (tenant_id, instance_id, in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series)
                VALUES ($1, $2, $3, $4, $5, 0, '-infinity', 0, 0)
                """,
                number.Id.Value,
                since,
                day,
                sent
            );
    }

    /// <summary>Rows of numbers, held so that whoever writes something about one of them waits.</summary>
    private sealed class HeldRows(NpgsqlDataSource owner, NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<HeldRows> TakeAsync(string connectionString, IReadOnlyList<Guid> instances)
        {
            var owner = NpgsqlDataSource.Create(connectionString);
            var connection = await owner.OpenConnectionAsync();
            // Held for as long as a busy machine takes: the server ends a transaction that idles for half a minute.
            await using (var patience = new NpgsqlCommand("SET idle_in_transaction_session_timeout = 0", connection))
            {
                await patience.ExecuteNonQueryAsync();
            }

            var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("SELECT 1 FROM instances WHERE id = ANY ($1) FOR UPDATE", connection)
            {
                Parameters = { new() { Value = instances.ToArray() } },
            };
            await command.ExecuteNonQueryAsync();
            return new HeldRows(owner, connection, transaction);
        }

        /// <summary>Sessions that wait for one of them.</summary>
        public async Task<long> WaitingAsync()
        {
            await using var command = owner.CreateCommand("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted");
            return (long)(await command.ExecuteScalarAsync())!;
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
            await owner.DisposeAsync();
        }
    }
}
