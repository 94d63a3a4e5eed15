using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Live;

public sealed class SharedReadTests
{
    private readonly ManualTime _time = new();
    private readonly TenantId _tenant = Id.New<TenantId>(DateTimeOffset.UtcNow);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_who_ask_at_once_cost_one_read_and_see_the_same()
    {
        var read = new Read(TimeProvider.System);

        var seen = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => read.OfAsync(_tenant, Ct)));

        read.Reads.ShouldBeLessThanOrEqualTo(2);
        seen.Distinct().Count().ShouldBe(read.Reads);
    }

    [Fact]
    public async Task Who_asks_during_a_read_gets_one_that_began_later_and_not_before_its_time()
    {
        var read = new Read(_time);
        read.Hold();
        var first = read.OfAsync(_tenant, Ct);
        await Wait.UntilAsync(() => read.Reads == 1, "the first read");

        var late = Enumerable.Range(0, 50).Select(_ => read.OfAsync(_tenant, Ct)).ToList();
        read.Release();
        await first;
        late.ShouldAllBe(l => !l.IsCompleted);
        read.Reads.ShouldBe(1);
        await Wait.UntilAsync(
            () =>
            {
                _time.Advance(SharedRead<object>.Apart);
                return late.TrueForAll(l => l.IsCompleted);
            },
            "the second read"
        );

        read.Reads.ShouldBe(2);
        (await late[0]).ShouldNotBeSameAs(await first);
    }

    [Fact]
    public async Task Failure_goes_to_those_who_waited_and_not_to_the_next()
    {
        var read = new Read(_time) { Failure = new TimeoutException() };
        await Should.ThrowAsync<TimeoutException>(() => read.OfAsync(_tenant, Ct));
        read.Failure = null;
        _time.Advance(SharedRead<object>.Apart);

        (await read.OfAsync(_tenant, Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Tenants_are_read_apart()
    {
        var read = new Read(_time);

        await Task.WhenAll(read.OfAsync(_tenant, Ct), read.OfAsync(Id.New<TenantId>(DateTimeOffset.UtcNow), Ct));

        read.Tenants.Distinct().Count().ShouldBe(2);
    }

    private sealed class Read(TimeProvider time) : SharedRead<object>(time)
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<TenantId> _tenants = new();
        private TaskCompletionSource? _held;

        public int Reads => _tenants.Count;

        public IEnumerable<TenantId> Tenants => _tenants;

        public Exception? Failure { get; set; }

        public void Hold() => _held = new TaskCompletionSource();

        public void Release() => _held!.SetResult();

        protected override async Task<object> ReadAsync(TenantId tenant, CancellationToken ct)
        {
            _tenants.Enqueue(tenant);
            if (_held is { } held)
            {
                await held.Task;
            }

            return Failure is null ? new object() : throw Failure;
        }
    }
}
