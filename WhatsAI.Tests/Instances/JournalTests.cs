using System.Text;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Tests.Instances;

public sealed class JournalTests : IAsyncLifetime
{
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
    public async Task List_pages_by_key_and_filters()
    {
        var first = await AddAsync("{}", "messages.upsert");
        var second = await AddAsync("{}", "messages.update");
        var bad = await AddAsync("{", null, "unreadable");

        (await ListAsync(new JournalFilter())).Select(r => r.Id).ShouldBe([bad, second, first]);
        (await ListAsync(new JournalFilter(Before: second))).Select(r => r.Id).ShouldBe([first]);
        (await ListAsync(new JournalFilter("messages.up"))).Select(r => r.Id).ShouldBe([second, first]);
        (await ListAsync(new JournalFilter("messages.upsert"))).Select(r => r.Id).ShouldBe([first]);
        (await ListAsync(new JournalFilter(ProblemsOnly: true))).Select(r => r.Id).ShouldBe([bad]);
    }

    [Theory]
    [InlineData("""{"event":"x","apikey":"TOKEN-1","data":{"token":"TOKEN-1","list":[{"hash":"TOKEN-1"}],"text":"oi"}}""", true)]
    [InlineData("""{"event":"x","apikey":"TOKEN-1","text":"oi", broken""", false)]
    public async Task Payload_shows_no_secret(string body, bool isJson)
    {
        var id = await AddAsync(body, "x");

        var payload = (await _numbers.DoAsync<JournalQueries, JournalPayload?>(q => q.PayloadAsync(id, Ct)))!;

        payload.IsJson.ShouldBe(isJson);
        payload.Text.ShouldNotContain("TOKEN-1");
        payload.Text.ShouldContain("oi");
    }

    [Fact]
    public async Task Replay_queues_the_event_once_and_clears_its_problem()
    {
        var id = await AddAsync("{}", "messages.upsert", "failed");

        await _numbers.DoAsync<JournalActions>(a => a.ReplayAsync(id, Ct));

        (await _numbers.ScalarAsync<long>("SELECT count(*) FROM journal_pending WHERE journal_id = $1", id)).ShouldBe(1);
        var row = (await ListAsync(new JournalFilter())).ShouldHaveSingleItem();
        (row.Problem, row.DoneAt).ShouldBe((null, null));
        (await Should.ThrowAsync<RuleException>(() => _numbers.DoAsync<JournalActions>(a => a.ReplayAsync(id, Ct)))).Key.ShouldBe(
            "journal.waiting"
        );
    }

    [Fact]
    public async Task Another_company_sees_and_replays_nothing()
    {
        var id = await AddAsync("{}", "messages.upsert", "failed");
        await using var other = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));

        (await other.DoAsync<JournalQueries, JournalPayload?>(q => q.PayloadAsync(id, Ct))).ShouldBeNull();
        (
            await other.DoAsync<JournalQueries, IReadOnlyList<JournalRow>>(q => q.ListAsync(_id, new JournalFilter(), 20, Ct))
        ).ShouldBeEmpty();
        (await Should.ThrowAsync<RuleException>(() => other.DoAsync<JournalActions>(a => a.ReplayAsync(id, Ct)))).Key.ShouldBe(
            "journal.gone"
        );
    }

    [Fact]
    public async Task Agent_may_not_replay()
    {
        var id = await AddAsync("{}", "messages.upsert", "failed");

        (
            await Should.ThrowAsync<RuleException>(() => _numbers.DoAsync<JournalActions>(a => a.ReplayAsync(id, Ct), Role.Agent))
        ).Key.ShouldBe("permission.missing");
    }

    private Task<IReadOnlyList<JournalRow>> ListAsync(JournalFilter filter) =>
        _numbers.DoAsync<JournalQueries, IReadOnlyList<JournalRow>>(q => q.ListAsync(_id, filter, 20, Ct));

    private async Task<long> AddAsync(string body, string? name, string? problem = null) =>
        await _numbers.ScalarAsync<long>(
            """
            INSERT INTO journal (id, tenant_id, instance_id, received_at, body, event, problem, done_at)
            VALUES (nextval('journal_id_seq'), $1, $2, now(), $3, nullif($4, ''), nullif($5, ''), now()) RETURNING id
            """,
            _numbers.Tenant.Value,
            _id.Value,
            Encoding.UTF8.GetBytes(body),
            name ?? "",
            problem ?? ""
        );
}
