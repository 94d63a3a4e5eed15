using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>
/// Calls of one company that come while a transaction of the same kind is under way share the next one. Nobody is waited for: alone, a call has a
/// transaction of its own, at once.
/// </summary>
/// <param name="most">Calls of one transaction.</param>
/// <param name="run">Gives an answer for each, in their order. What it throws, all of them get.</param>
internal sealed class Gathering<TAsk, TAnswer>(int most, Func<TenantId, IReadOnlyList<TAsk>, Task<IReadOnlyList<TAnswer>>> run)
{
    // A company is here while somebody runs for it.
    private readonly Dictionary<TenantId, Queue<Waiting>> _waiting = [];

    public Task<TAnswer> AskAsync(TenantId tenant, TAsk ask)
    {
        var mine = new Waiting(ask);
        lock (_waiting)
        {
            if (_waiting.TryGetValue(tenant, out var others))
            {
                others.Enqueue(mine);
                return mine.Answer.Task;
            }

            _waiting[tenant] = new Queue<Waiting>([mine]);
        }

        _ = Task.Run(() => RunAsync(tenant), CancellationToken.None);
        return mine.Answer.Task;
    }

    private async Task RunAsync(TenantId tenant)
    {
        while (Take(tenant) is { Count: > 0 } some)
        {
            try
            {
                var answers = await run(tenant, some.ConvertAll(w => w.Ask));
                for (var i = 0; i < some.Count; i++)
                {
                    some[i].Answer.SetResult(answers[i]);
                }
            }
            catch (Exception e)
            {
                some.ForEach(w => w.Answer.TrySetException(e));
            }
        }
    }

    private List<Waiting> Take(TenantId tenant)
    {
        lock (_waiting)
        {
            var queue = _waiting[tenant];
            var some = new List<Waiting>(Math.Min(most, queue.Count));
            while (some.Count < most && queue.TryDequeue(out var next))
            {
                some.Add(next);
            }

            if (some.Count == 0)
            {
                _waiting.Remove(tenant);
            }

            return some;
        }
    }

    private sealed record Waiting(TAsk Ask)
    {
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
