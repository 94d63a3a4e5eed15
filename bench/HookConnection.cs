using System.Globalization;
using System.Net.Sockets;

namespace WhatsAI.Bench;

/// <summary>One kept-alive connection that posts ready-made requests: HttpClient would take the share of the machine that is to be measured.</summary>
internal sealed class HookConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[8192];

    public static async Task<HookConnection> OpenAsync(Uri server)
    {
        var connection = new HookConnection();
        await connection._socket.ConnectAsync(server.Host, server.Port);
        return connection;
    }

    public static Task<HookConnection[]> OpenAsync(Uri server, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => OpenAsync(server)));

    /// <summary>The answer's status.</summary>
    public async ValueTask<int> PostAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        var read = 0;
        while (true)
        {
            var more = await _socket.ReceiveAsync(_buffer.AsMemory(read));
            if (more == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            read += more;
            if (IsWhole(_buffer.AsSpan(0, read)))
            {
                return int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var at = answer.IndexOf("Content-Length: "u8);
        if (at < 0 || at > end)
        {
            return true;
        }

        var value = answer[(at + 16)..];
        var length = int.Parse(value[..value.IndexOf("\r\n"u8)], CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + length;
    }
}
