using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>
/// Decodes one base64 field of a JSON answer while it comes, so that a file of 100 MB needs a few kilobytes. What stands around the
/// field (names, MIME type) is small and is read as JSON at the end. A quote inside a JSON string is always escaped, so the field's
/// name followed by a colon and a quote cannot be somebody's text.
/// </summary>
internal sealed class Base64Field(string name, long limit)
{
    private const int LongestRest = 256 * 1024;

    private readonly byte[] _mark = Encoding.ASCII.GetBytes($"\"{name}\"");
    private readonly StringBuilder _escape = new();
    private readonly System.Buffers.ArrayBufferWriter<byte> _rest = new();
    private readonly byte[] _quartet = new byte[4];
    private readonly byte[] _decoded = new byte[24 * 1024];
    private int _inQuartet;
    private int _ready;
    private long _written;
    private Stage _stage;

    private enum Stage
    {
        Before,
        Inside,
        After,
    }

    /// <exception cref="GatewayException">The answer is too long, no JSON, or without the field.</exception>
    public async Task<(long Written, JsonElement Around)> CopyAsync(Stream from, Stream to, CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, ct)) > 0; )
        {
            for (var i = 0; i < read; i++)
            {
                Take(buffer[i]);
            }

            await to.WriteAsync(_decoded.AsMemory(0, _ready), ct);
            _ready = 0;
        }

        if (_stage != Stage.After)
        {
            throw Unreadable();
        }

        try
        {
            using var json = EvolutionJson.Parse(_rest.WrittenSpan);
            return (_written, json.RootElement.Clone());
        }
        catch (JsonException)
        {
            throw Unreadable();
        }
    }

    private static GatewayException Unreadable() => new(GatewayFailure.Unclear, "The answer holds no file.", surelyNotSent: true);

    private void Take(byte next)
    {
        switch (_stage)
        {
            case Stage.Inside when next == '"' && _escape.Length == 0:
                Finish();
                _stage = Stage.After;
                Keep(next);
                break;
            case Stage.Inside:
                Unescape((char)next);
                break;
            default:
                Keep(next);
                _stage = _stage == Stage.Before && next == '"' && FollowsMark() ? Stage.Inside : _stage;
                break;
        }
    }

    private void Keep(byte next)
    {
        if (_rest.WrittenCount == LongestRest)
        {
            throw new GatewayException(GatewayFailure.Unclear, "The answer is too long.", surelyNotSent: true);
        }

        _rest.GetSpan(1)[0] = next;
        _rest.Advance(1);
    }

    private bool FollowsMark()
    {
        var before = _rest.WrittenSpan[..^1].TrimEnd(" \t\r\n"u8);
        return before is [.., (byte)':'] && before[..^1].TrimEnd(" \t\r\n"u8).EndsWith(_mark);
    }

    // Some writers escape the slash, some the plus sign.
    private void Unescape(char next)
    {
        if (_escape.Length == 0 && next != '\\')
        {
            Decode(next);
            return;
        }

        _escape.Append(next);
        if (_escape.Length == 2 && next == '/')
        {
            Decode('/');
            _escape.Clear();
        }
        else if (_escape.Length == 6)
        {
            if (!ushort.TryParse(_escape.ToString(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                throw Unreadable();
            }

            Decode((char)code);
            _escape.Clear();
        }
        else if (_escape.Length == 2 && next != 'u')
        {
            throw Unreadable();
        }
    }

    private void Decode(char next)
    {
        if (next > 127)
        {
            throw Unreadable();
        }

        _quartet[_inQuartet++] = (byte)next;
        if (_inQuartet < 4)
        {
            return;
        }

        _inQuartet = 0;
        if (
            System.Buffers.Text.Base64.DecodeFromUtf8(_quartet, _decoded.AsSpan(_ready), out _, out var count)
            != System.Buffers.OperationStatus.Done
        )
        {
            throw Unreadable();
        }

        (_ready, _written) = (_ready + count, _written + count);
        if (_written > limit)
        {
            throw new GatewayException(GatewayFailure.Rejected, "The file is larger than allowed.", surelyNotSent: true);
        }
    }

    private void Finish()
    {
        if (_inQuartet != 0)
        {
            throw Unreadable();
        }
    }
}
