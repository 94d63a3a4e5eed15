using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace WhatsAI.Bench;

/// <summary>The part of MessagePack that a circuit speaks: nil, bool, integers, text, bytes, arrays and empty maps.</summary>
internal static class BlazorPack
{
    /// <summary>A message with its length before it, as SignalR frames it.</summary>
    public static byte[] Frame(params object?[] message)
    {
        var body = new ArrayBufferWriter<byte>();
        Write(body, message);
        var length = new List<byte>();
        var rest = body.WrittenCount;
        do
        {
            length.Add((byte)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0)));
            rest >>= 7;
        } while (rest > 0);

        return [.. length, .. body.WrittenSpan];
    }

    /// <summary>Takes one framed message from the beginning; null when it is not whole yet.</summary>
    public static object?[]? Take(ref ReadOnlyMemory<byte> data)
    {
        var (length, at) = (0, 0);
        while (true)
        {
            if (at >= data.Length)
            {
                return null;
            }

            var one = data.Span[at];
            length |= (one & 0x7f) << (7 * at);
            at++;
            if ((one & 0x80) == 0)
            {
                break;
            }
        }

        if (data.Length < at + length)
        {
            return null;
        }

        var message = data.Slice(at, length);
        data = data[(at + length)..];
        return (object?[])Read(ref message)!;
    }

    private static void Write(ArrayBufferWriter<byte> to, object? value)
    {
        switch (value)
        {
            case null:
                Byte(to, 0xc0);
                break;
            case bool b:
                Byte(to, b ? (byte)0xc3 : (byte)0xc2);
                break;
            case int n:
                Write(to, (long)n);
                break;
            case long n when n is >= 0 and < 128:
                Byte(to, (byte)n);
                break;
            case long n:
                Byte(to, 0xd3);
                BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(8), n);
                to.Advance(8);
                break;
            case string s:
                var text = Encoding.UTF8.GetBytes(s);
                Byte(to, 0xdb);
                BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(4), text.Length);
                to.Advance(4);
                to.Write(text);
                break;
            case Headers:
                Byte(to, 0x80);
                break;
            case object?[] list:
                Byte(to, 0xdc);
                BinaryPrimitives.WriteInt16BigEndian(to.GetSpan(2), (short)list.Length);
                to.Advance(2);
                Array.ForEach(list, v => Write(to, v));
                break;
            default:
                throw new NotSupportedException(value.GetType().Name);
        }
    }

    private static object? Read(ref ReadOnlyMemory<byte> data)
    {
        var kind = data.Span[0];
        data = data[1..];
        switch (kind)
        {
            case < 0x80:
                return (long)kind;
            case >= 0xe0:
                return (long)(sbyte)kind;
            case >= 0x80 and < 0x90:
                return Map(ref data, kind & 0x0f);
            case >= 0x90 and < 0xa0:
                return List(ref data, kind & 0x0f);
            case >= 0xa0 and < 0xc0:
                return Encoding.UTF8.GetString(Cut(ref data, kind & 0x1f).Span);
            case 0xc0:
                return null;
            case 0xc2 or 0xc3:
                return kind == 0xc3;
            case 0xc4 or 0xc5 or 0xc6:
                return Cut(ref data, (int)Number(ref data, 1 << (kind - 0xc4)));
            case 0xca:
                return (double)BinaryPrimitives.ReadSingleBigEndian(Cut(ref data, 4).Span);
            case 0xcb:
                return BinaryPrimitives.ReadDoubleBigEndian(Cut(ref data, 8).Span);
            case 0xcc or 0xcd or 0xce or 0xcf:
                return Number(ref data, 1 << (kind - 0xcc));
            case 0xd0:
                return (long)(sbyte)Cut(ref data, 1).Span[0];
            case 0xd1:
                return (long)BinaryPrimitives.ReadInt16BigEndian(Cut(ref data, 2).Span);
            case 0xd2:
                return (long)BinaryPrimitives.ReadInt32BigEndian(Cut(ref data, 4).Span);
            case 0xd3:
                return BinaryPrimitives.ReadInt64BigEndian(Cut(ref data, 8).Span);
            case 0xd9 or 0xda or 0xdb:
                return Encoding.UTF8.GetString(Cut(ref data, (int)Number(ref data, 1 << (kind - 0xd9))).Span);
            case 0xdc or 0xdd:
                return List(ref data, (int)Number(ref data, kind == 0xdc ? 2 : 4));
            case 0xde or 0xdf:
                return Map(ref data, (int)Number(ref data, kind == 0xde ? 2 : 4));
            default:
                throw new NotSupportedException($"MessagePack 0x{kind:x2}");
        }
    }

    private static object?[] List(ref ReadOnlyMemory<byte> data, int count)
    {
        var list = new object?[count];
        for (var i = 0; i < count; i++)
        {
            list[i] = Read(ref data);
        }

        return list;
    }

    private static Headers Map(ref ReadOnlyMemory<byte> data, int count)
    {
        for (var i = 0; i < 2 * count; i++)
        {
            Read(ref data);
        }

        return Headers.None;
    }

    private static ReadOnlyMemory<byte> Cut(ref ReadOnlyMemory<byte> data, int length)
    {
        var cut = data[..length];
        data = data[length..];
        return cut;
    }

    private static long Number(ref ReadOnlyMemory<byte> data, int bytes)
    {
        var value = 0L;
        foreach (var one in Cut(ref data, bytes).Span)
        {
            value = (value << 8) | one;
        }

        return value;
    }

    private static void Byte(ArrayBufferWriter<byte> to, byte value)
    {
        to.GetSpan(1)[0] = value;
        to.Advance(1);
    }
}

/// <summary>A message's headers, which circuits leave empty.</summary>
internal sealed class Headers
{
    private Headers() { }

    public static Headers None { get; } = new();
}
