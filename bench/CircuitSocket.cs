using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace WhatsAI.Bench;

/// <summary>The connection of one open page: frames go out in order, frames that came are handed on whole, and silence is filled with pings.</summary>
internal sealed class CircuitSocket : IAsyncDisposable
{
    private static readonly byte[] _ping = BlazorPack.Frame(6);
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private readonly CancellationTokenSource _gone = new();

    /// <summary>Ends with the connection, whoever ended it.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Cancelled when this side left.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Why it ended before it was closed; null while it lives.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Told once when it ends before it was closed.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <param name="page">Of the console.</param>
    /// <param name="cookies">Of who opens it.</param>
    /// <param name="greeted">Called when the protocol is agreed.</param>
    /// <param name="handle">Called with each message, one at a time.</param>
    public async Task OpenAsync(Uri page, CookieContainer cookies, Action greeted, Action<object?[]> handle)
    {
        _socket.Options.Cookies = cookies;
        await _socket.ConnectAsync(
            new UriBuilder(page)
            {
                Scheme = "ws",
                Path = "/_blazor",
                Query = "",
            }.Uri,
            CancellationToken.None
        );
        await _socket.SendAsync(
            "{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(),
            WebSocketMessageType.Text,
            true,
            CancellationToken.None
        );
        Work = Task.WhenAll(SendAsync(), ReceiveAsync(greeted, handle));
    }

    public void Send(byte[] frame) => _outgoing.Writer.TryWrite(frame);

    public async ValueTask DisposeAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        await _gone.CancelAsync();
        _outgoing.Writer.TryComplete();
        _socket.Abort();
        await Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                using var silence = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
                silence.CancelAfter(TimeSpan.FromSeconds(10));
                byte[] next;
                try
                {
                    next = await _outgoing.Reader.ReadAsync(silence.Token);
                }
                catch (OperationCanceledException) when (!_gone.IsCancellationRequested)
                {
                    next = _ping;
                }

                await _socket.SendAsync(next, WebSocketMessageType.Binary, true, _gone.Token);
            }
        }
        catch (Exception e)
        {
            End(e);
        }
    }

    private async Task ReceiveAsync(Action greeted, Action<object?[]> handle)
    {
        var buffer = new byte[32 * 1024];
        var filled = 0;
        var isGreeted = false;
        try
        {
            while (true)
            {
                if (filled == buffer.Length)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                var got = await _socket.ReceiveAsync(buffer.AsMemory(filled), _gone.Token);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    throw new IOException("closed by the server");
                }

                filled += got.Count;
                ReadOnlyMemory<byte> data = buffer.AsMemory(0, filled);
                if (!isGreeted)
                {
                    data = data[(data.Span.IndexOf((byte)0x1e) + 1)..];
                    isGreeted = true;
                    greeted();
                }

                while (BlazorPack.Take(ref data) is { } message)
                {
                    handle(message);
                }

                data.CopyTo(buffer);
                filled = data.Length;
            }
        }
        catch (Exception e)
        {
            End(e);
        }
    }

    private void End(Exception e)
    {
        if (!_gone.IsCancellationRequested && Failure is null)
        {
            Failure = e;
            _outgoing.Writer.TryComplete();
            Failed?.Invoke(e);
        }
    }
}
