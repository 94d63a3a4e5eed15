using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>A JSON object whose last field is a file in base64, written while it is read: a file never stands whole in memory.</summary>
internal sealed class Base64JsonContent : HttpContent
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly byte[] _head;
    private readonly Stream _file;

    /// <param name="fields">The other fields; at least one.</param>
    public Base64JsonContent(object fields, string name, Stream file)
    {
        var json = JsonSerializer.Serialize(fields, Options);
        (_head, _file) = (Encoding.UTF8.GetBytes($"{json[..^1]},\"{name}\":\""), file);
        Headers.ContentType = new("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_head, cancellationToken);
        using var transform = new ToBase64Transform();
        await using (var base64 = new CryptoStream(stream, transform, CryptoStreamMode.Write, leaveOpen: true))
        {
            await _file.CopyToAsync(base64, cancellationToken);
        }

        await stream.WriteAsync("\"}"u8.ToArray(), cancellationToken);
    }

    // Known where the stream knows its own, so that the gateway's proxy may refuse a body too big at once.
    protected override bool TryComputeLength(out long length)
    {
        length = _file.CanSeek ? _head.Length + ((_file.Length - _file.Position + 2) / 3 * 4) + 2 : 0;
        return _file.CanSeek;
    }
}

/// <summary>Reads another stream and leaves it open.</summary>
internal sealed class Unclosed(Stream inner) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => inner.CanSeek;
    public override bool CanWrite => false;
    public override long Length => inner.Length;
    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
