using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace WhatsAI.Tests.Browsing;

/// <summary>A server's further address that can be taken away and given back: while closed, connections are cut and refused.</summary>
internal sealed class TcpGate : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = [];
    private readonly Uri _target;
    private TcpListener? _listener;

    public TcpGate(Uri target)
    {
        _target = target;
        _listener = Listen(port: 0);
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
    }

    public Uri Address { get; }

    public void Turn(bool open)
    {
        if (open)
        {
            _listener ??= Listen(Address.Port);
            return;
        }

        _listener?.Dispose();
        _listener = null;
        foreach (var client in _clients.Keys)
        {
            client.Close();
        }
    }

    public ValueTask DisposeAsync()
    {
        Turn(open: false);
        return ValueTask.CompletedTask;
    }

    private TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        (_clients[near], _clients[far]) = (true, true);
        try
        {
            await far.ConnectAsync(_target.Host, _target.Port);
            var (here, there) = (near.GetStream(), far.GetStream());
            await (await Task.WhenAny(here.CopyToAsync(there), there.CopyToAsync(here)));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Cut.
        }
        finally
        {
            _clients.TryRemove(near, out _);
            _clients.TryRemove(far, out _);
            near.Dispose();
        }
    }
}
