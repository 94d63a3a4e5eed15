using System.Collections.Concurrent;
using WhatsAI.Core.Messaging;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>Agents who keep answering until told to stop. An answer that could not be queued is the test's failure.</summary>
internal sealed class Composer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _replies = new();
    private readonly Task _writing;

    public Composer(CrashWorld world, IReadOnlyList<ConversationId> conversations, int writers, Random random)
    {
        _writing = Task.WhenAll(
            Enumerable
                .Range(0, writers)
                .Select(w =>
                {
                    var seed = random.Next();
                    return Task.Run(() => WriteAsync(world, conversations, w, new Random(seed)));
                })
        );
    }

    public IReadOnlyCollection<string> Replies => _replies;

    /// <summary>Waits like <see cref="Wait"/>, but no longer than all agents can write.</summary>
    public Task UntilAsync(Func<bool> condition, string what, double seconds) =>
        Wait.UntilAsync(
            async () =>
            {
                if (_writing.IsFaulted)
                {
                    await _writing;
                }

                return condition();
            },
            what,
            seconds
        );

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WriteAsync(CrashWorld world, IReadOnlyList<ConversationId> conversations, int writer, Random random)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var text = $"resposta {writer}-{i}";
            await world.ReplyAsync(conversations[random.Next(conversations.Count)], text);
            _replies.Enqueue(text);
            await Task.Delay(random.Next(40, 160), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
