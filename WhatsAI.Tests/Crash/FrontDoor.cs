using System.Net;
using System.Net.Sockets;

namespace WhatsAI.Tests.Crash;

/// <summary>What stands before two copies where they are run: takes connections in turn to the one or the other, and past one that refuses.</summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly Uri[] _copies;
    private readonly Task _serving;

    public FrontDoor(IEnumerable<Uri> copies)
    {
        _copies = [.. copies];
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private async Task ServeAsync()
    {
        for (var turn = 0; ; turn++)
        {
            _ = PassAsync(await _listener.AcceptTcpClientAsync(_closed.Token), turn);
        }
    }

    private async Task PassAsync(TcpClient outside, int turn)
    {
        using (outside)
        using (var inside = await ReachAsync(turn))
        {
            if (inside is null)
            {
                return;
            }

            // Whichever side ends, both do: a killed copy's connections are seen to break.
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
            var (there, back) = (outside.GetStream(), inside.GetStream());
            await Task.WhenAny(there.CopyToAsync(back, ended.Token), back.CopyToAsync(there, ended.Token));
            await ended.CancelAsync();
        }
    }

    private async Task<TcpClient?> ReachAsync(int turn)
    {
        for (var i = 0; i < _copies.Length; i++)
        {
            var copy = _copies[(turn + i) % _copies.Length];
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync(copy.Host, copy.Port, _closed.Token);
                return client;
            }
            catch (SocketException)
            {
                client.Dispose();
            }
        }

        return null;
    }
}
