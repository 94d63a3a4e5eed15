using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Tape;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances.Tape;

/// <summary>What a number's black box tells, on PostgreSQL.</summary>
public sealed class TapeQueriesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private NumberHarness _numbers = null!;
    private InstanceId _id;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _numbers = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));
        _id = await _numbers.CreateAsync();
    }

    public ValueTask DisposeAsync() => _numbers.DisposeAsync();

    [Fact]
    public async Task State_is_what_it_was_before_the_window_until_a_line_says_otherwise()
    {
        await LineAsync(_now.AddHours(-5), "Open", "connected");
        await LineAsync(_now.AddMinutes(-40), "Disconnected", "closed.408");
        await LineAsync(_now.AddMinutes(-30), "Open", "connected");

        var tape = await ReadAsync(_now.AddHours(-1), _now.AddMinutes(-10));

        tape.States.Select(s => s.Value).ShouldBe([InstanceState.Open, InstanceState.Disconnected, InstanceState.Open]);
        tape.States[0].From.ShouldBe(tape.From);
        (tape.States[1].To - tape.States[1].From).ShouldBe(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1));
        tape.States[^1].To.ShouldBe(tape.To);
        tape.Events.Select(e => e.What).ShouldBe(["connected", "closed.408"]);
    }

    [Fact]
    public async Task Lines_of_all_sources_are_one_list_by_time_and_every_page_goes_on_where_the_last_ended()
    {
        for (var i = 1; i <= 7; i++)
        {
            await LineAsync(_now.AddMinutes(-i * 10), "Open", "connected");
        }

        var pool = await _numbers.DoAsync<PoolActions, PoolId>(a => a.CreateAsync("Vendas", Ct));
        await _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(pool, _id, MemberRole.Active, Ct));
        await _numbers.DoAsync<PoolMemberActions>(a => a.ChangeRoleAsync(_id, MemberRole.Backup, Ct));
        // Two of one moment: the id decides.
        await _numbers.ScalarAsync<object>("UPDATE role_changes SET at = $2 WHERE instance_id = $1", _id.Value, _now.AddMinutes(-30));
        var (from, to) = (_now.AddHours(-2), _now.AddMinutes(-5));

        var whole = await ListAsync(from, to, before: null, 50);
        var pages = new List<TapeEvent>();
        for (TapeKey? before = null; await ListAsync(from, to, before, 2) is { Count: > 0 } page; before = page[^1].Key)
        {
            pages.AddRange(page);
        }

        whole.Count.ShouldBe(9);
        whole.Select(e => e.At).ShouldBeInOrder(SortDirection.Descending);
        pages.ShouldBe(whole);
        var roles = whole.Where(e => e.Key.Source == TapeSource.Role).ToList();
        roles
            .Select(e => (e.From, e.To, e.Actor))
            .ShouldBe([(MemberRole.Active, MemberRole.Backup, "Ana Ribeiro"), (null, MemberRole.Active, "Ana Ribeiro")]);
        roles.ShouldAllBe(e => e.IsAction);
    }

    [Fact]
    public async Task Moments_of_failovers_and_alerts_are_lines_like_all_others_also_where_they_fall_together()
    {
        var at = _now.AddMinutes(-30);
        await LineAsync(at, "Banned", "closed.403");
        await FailoverAsync(_id, at);
        await AlertAsync(_id, at);
        // What lies outside the window, and what is another number's.
        await FailoverAsync(_id, _now.AddDays(-2));
        await AlertAsync(await _numbers.CreateAsync("Vendas 02"), at);
        var (from, to) = (_now.AddMinutes(-31), _now.AddMinutes(-20));

        var whole = await ListAsync(from, to, before: null, 50);
        var pages = new List<TapeEvent>();
        for (TapeKey? before = null; await ListAsync(from, to, before, 1) is { Count: > 0 } page; before = page[^1].Key)
        {
            pages.AddRange(page);
        }

        whole
            .Select(e => (e.Key.Source, e.What, e.Actor))
            .ShouldBe([
                (TapeSource.AlertCleared, "Banned", null),
                (TapeSource.FailoverFinished, "put-back", "Bia"),
                (TapeSource.AlertAcknowledged, "Banned", "Caio"),
                (TapeSource.FailoverFirstSent, "first-sent", null),
                (TapeSource.AlertRaised, "Banned", null),
                (TapeSource.FailoverPromoted, "promoted", null),
                (TapeSource.FailoverSignal, "signal", "Ana"),
                (TapeSource.Connection, "closed.403", null),
            ]);
        whole[^2].Detail.ShouldBe("drill");
        whole
            .Where(e => !e.IsAction)
            .Select(e => e.Key.Source)
            .ShouldBe([TapeSource.AlertCleared, TapeSource.AlertRaised, TapeSource.Connection]);
        pages.ShouldBe(whole);
        (await ReadAsync(from, to)).Events.ShouldBe(whole);
    }

    [Fact]
    public async Task Lines_of_every_source_are_found_by_an_index()
    {
        var other = await _numbers.CreateAsync("Vendas 02");
        await FailoverAsync(other, _now.AddMinutes(-9), count: 2_000);
        await AlertAsync(other, _now.AddMinutes(-9), count: 2_000);
        // A number that has seen much, most of it before what is looked at; roles mostly of another one.
        await _numbers.ScalarAsync<object>(
            """
            INSERT INTO connection_log (tenant_id, instance_id, at, state, what)
            SELECT $1, $2, $3 - i * interval '5 minutes', 'Open', 'connected' FROM generate_series(1, 2000) i
            """,
            _numbers.Tenant.Value,
            _id.Value,
            _now
        );
        await _numbers.ScalarAsync<object>(
            """
            INSERT INTO role_changes (tenant_id, pool_id, instance_id, at, to_role, cause)
            SELECT $1, $2, CASE WHEN i = 1 THEN $3 ELSE $4 END, $5, 'Backup', 'Person' FROM generate_series(1, 2000) i
            """,
            _numbers.Tenant.Value,
            Guid.NewGuid(),
            _id.Value,
            other.Value,
            _now.AddMinutes(-9)
        );
        await using var owner = (await TestDatabase.OwnerSourceAsync()).CreateCommand(
            "ANALYZE connection_log, role_changes, failovers, alerts"
        );
        await owner.ExecuteNonQueryAsync(Ct);

        var plan = await ExplainAsync(_now.AddHours(-2), _now);

        plan.ShouldNotContain("Seq Scan");
        foreach (
            var index in new[]
            {
                "ix_connection_log_when",
                "ix_role_changes_tenant_id_instance_id",
                "ix_failovers_tenant_id_instance_id",
                "ix_alerts_tenant_id_instance_id",
            }
        )
        {
            plan.ShouldContain(index, Case.Sensitive, plan);
        }
    }

    [Fact]
    public async Task Hours_are_the_counters_and_a_week_is_as_far_back_as_one_reads()
    {
        var hour = new DateTimeOffset(_now.Year, _now.Month, _now.Day, _now.Hour, 0, 0, TimeSpan.Zero).AddHours(-3);
        await _numbers.ScalarAsync<object>(
            "INSERT INTO instance_hours (tenant_id, instance_id, hour, received, sent, failed) VALUES ($1, $2, $3, 4, 9, 1)",
            _numbers.Tenant.Value,
            _id.Value,
            hour
        );
        await LineAsync(_now.AddDays(-9), "Open", "connected");

        var tape = await ReadAsync(_now.AddDays(-30), _now);

        tape.Each.ShouldBe(TimeSpan.FromHours(1));
        tape.Traffic.ShouldBe([new TapeTraffic(hour, 4, 9, 1, Confirmed: null)]);
        tape.From.ShouldBeGreaterThan(_now.AddDays(-7.1));
        tape.Events.ShouldNotContain(e => e.What == "connected");
        tape.States[0].Value.ShouldBe(InstanceState.Open);
        tape.Week.Sum().ShouldBe(13);
    }

    [Fact]
    public async Task Window_of_minutes_is_found_by_an_index()
    {
        var indexes = await _numbers.ScalarAsync<string>(
            """
            SELECT string_agg(q, E'\n') FROM (SELECT indexdef AS q FROM pg_indexes WHERE indexname IN ('ix_messages_when', 'ix_connection_log_when')) i
            """
        );

        indexes.ShouldNotBeNull().ShouldContain("USING brin (sent_at)");
        indexes.ShouldContain("(tenant_id, instance_id, at, id)");
    }

    [Fact]
    public async Task Another_companys_tape_does_not_exist()
    {
        await using var other = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));

        (await other.DoAsync<TapeQueries, NumberTape?>(q => q.ReadAsync(_id, _now.AddHours(-1), _now, Ct))).ShouldBeNull();
        (
            await other.DoAsync<TapeQueries, IReadOnlyList<TapeEvent>>(q =>
                q.ListAsync(_id, _now.AddDays(-1), _now.AddHours(1), null, 50, Ct)
            )
        ).ShouldBeEmpty();
    }

    /// <summary>A drill that was ended: played at once, its first message a minute later, all put back three minutes later.</summary>
    private Task<object?> FailoverAsync(InstanceId number, DateTimeOffset at, int count = 1) =>
        _numbers.ScalarAsync<object>(
            """
            INSERT INTO failovers (id, tenant_id, pool_id, instance_id, plan, key, verdict, cause, is_drill, signal_at, detected_at, promoted_at, first_sent_at,
                finished_at, conversations, replies, campaigns_held, campaigns_go_on, started_by_name, ended_at, ended_by_name)
            SELECT gen_random_uuid(), $1, gen_random_uuid(), $2, '{}', 'failover.promoted', 'Banned', 'drill', true, $3, $3, $3, $3 + interval '1 minute',
                $3 + interval '3 minutes', 0, 0, 0, 0, 'Ana', $3 + interval '3 minutes', 'Bia' FROM generate_series(1, $4)
            """,
            _numbers.Tenant.Value,
            number.Value,
            at,
            count
        );

    /// <summary>Raised at once, acknowledged two minutes later, over after four.</summary>
    private Task<object?> AlertAsync(InstanceId number, DateTimeOffset at, int count = 1) =>
        _numbers.ScalarAsync<object>(
            """
            INSERT INTO alerts (id, tenant_id, kind, subject, level, instance_id, raised_at, acknowledged_at, acknowledged_by_name, cleared_at)
            SELECT gen_random_uuid(), $1, 'Banned', $2, 'Critical', $2, $3, $3 + interval '2 minutes', 'Caio', $3 + interval '4 minutes'
            FROM generate_series(1, $4)
            """,
            _numbers.Tenant.Value,
            number.Value,
            at,
            count
        );

    private async Task<string> ExplainAsync(DateTimeOffset from, DateTimeOffset to)
    {
        await using var transaction = await _numbers.Provider.GetRequiredService<NpgsqlDataSource>().BeginAsync(_numbers.Tenant, Ct);
        object?[] values = [_numbers.Tenant.Value, _id.Value, from, to, to, 0, Guid.Empty, 50];
        await using var command = transaction.Connection.Sql("EXPLAIN (COSTS OFF) " + TapeSql.EventsSql, values);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var lines = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    private async Task<NumberTape> ReadAsync(DateTimeOffset from, DateTimeOffset to) =>
        (await _numbers.DoAsync<TapeQueries, NumberTape?>(q => q.ReadAsync(_id, from, to, Ct))).ShouldNotBeNull();

    private Task<IReadOnlyList<TapeEvent>> ListAsync(DateTimeOffset from, DateTimeOffset to, TapeKey? before, int most) =>
        _numbers.DoAsync<TapeQueries, IReadOnlyList<TapeEvent>>(q => q.ListAsync(_id, from, to, before, most, Ct));

    private Task<object?> LineAsync(DateTimeOffset at, string state, string what) =>
        _numbers.ScalarAsync<object>(
            "INSERT INTO connection_log (tenant_id, instance_id, at, state, what) VALUES ($1, $2, $3, $4, $5)",
            _numbers.Tenant.Value,
            _id.Value,
            at,
            state,
            what
        );
}
