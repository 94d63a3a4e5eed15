using System.Buffers.Binary;

namespace WhatsAI.Core.Messaging.Media;

/// <summary>A picture's size as its header says; the picture is never decoded.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record ImageSize(int Width, int Height)
{
    /// <summary>Pixels of one side. A small file may unfold to gigabytes in a browser, so larger pictures are offered as files only.</summary>
    public const int LongestSide = 16_000;

    /// <summary>Pixels of the whole: 400 MB unfolded.</summary>
    public const long MostPixels = 100_000_000;

    public bool IsShown => Width is > 0 and <= LongestSide && Height is > 0 and <= LongestSide && (long)Width * Height <= MostPixels;

    /// <summary>Null when the type is none of jpeg, png, gif and webp, and when the head does not tell.</summary>
    public static ImageSize? Read(string type, ReadOnlySpan<byte> head) =>
        type switch
        {
            "image/png" when head.Length >= 24 => new(
                Positive(BinaryPrimitives.ReadUInt32BigEndian(head[16..])),
                Positive(BinaryPrimitives.ReadUInt32BigEndian(head[20..]))
            ),
            "image/gif" when head.Length >= 10 => new(
                BinaryPrimitives.ReadUInt16LittleEndian(head[6..]),
                BinaryPrimitives.ReadUInt16LittleEndian(head[8..])
            ),
            "image/webp" when head.Length >= 30 => OfWebp(head),
            "image/jpeg" => OfJpeg(head),
            _ => null,
        };

    private static int Positive(uint value) => (int)Math.Min(value, int.MaxValue);

    private static ImageSize? OfWebp(ReadOnlySpan<byte> head)
    {
        var chunk = head[12..16];
        if (chunk.SequenceEqual("VP8X"u8))
        {
            return new(1 + UInt24(head[24..]), 1 + UInt24(head[27..]));
        }

        if (chunk.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return new(1 + (int)(bits & 0x3FFF), 1 + (int)(bits >> 14 & 0x3FFF));
        }

        return chunk.SequenceEqual("VP8 "u8)
            ? new(
                BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3FFF
            )
            : null;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;

    // Segments follow each other by their lengths until the frame's header (SOF) says the size.
    private static ImageSize? OfJpeg(ReadOnlySpan<byte> head)
    {
        var at = 2;
        while (at + 9 < head.Length)
        {
            if (head[at] != 0xFF)
            {
                return null;
            }

            var marker = head[at + 1];
            if (marker is 0xFF)
            {
                at++;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new(BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
            }

            if (marker is 0xDA or 0xD9)
            {
                return null;
            }

            at += marker is 0x01 or (>= 0xD0 and <= 0xD8) ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
        }

        return null;
    }
}
