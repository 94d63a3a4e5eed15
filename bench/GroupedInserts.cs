using System.Threading.Channels;

namespace WhatsAI.Bench;

/// <summary>What came together is stored together, by two writers.</summary>
internal sealed class GroupedInserts
{
    private readonly Channel<(byte[] Body, TaskCompletionSource Stored)> _queue = Channel.CreateUnbounded<(byte[], TaskCompletionSource)>();

    public GroupedInserts(Func<byte[][], Task> store)
    {
        for (var i = 0; i < 2; i++)
        {
            _ = Task.Run(() => WriteAsync(store));
        }
    }

    public Task AddAsync(byte[] body)
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Writer.TryWrite((body, stored));
        return stored.Task;
    }

    private async Task WriteAsync(Func<byte[][], Task> store)
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            var group = new List<(byte[] Body, TaskCompletionSource Stored)>();
            while (group.Count < 256 && _queue.Reader.TryRead(out var one))
            {
                group.Add(one);
            }

            if (group.Count > 0)
            {
                await store([.. group.Select(g => g.Body)]);
                group.ForEach(g => g.Stored.SetResult());
            }
        }
    }
}
