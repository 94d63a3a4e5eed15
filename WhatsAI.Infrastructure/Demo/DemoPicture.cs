using System.Buffers.Binary;
using System.IO.Compression;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>Draws a plain picture of crates on a shelf as a PNG, in colours of its own.</summary>
internal static class DemoPicture
{
    public const int Width = 480;
    public const int Height = 320;

    public static byte[] Draw(Random random)
    {
        var (wall, box) = (Colour(random, 190, 235), Colour(random, 60, 190));
        var rows = new byte[Height * (1 + (Width * 3))];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var (column, row) = (x % 96, y % 96);
                var isBox = column is > 8 and < 88 && row is > 14 and < 84;
                var isEdge = isBox && (column is < 12 or > 84 || row is < 18 or > 80);
                var shade =
                    isEdge ? -40
                    : row is > 84 and < 92 ? -70
                    : (y / 8) - 20;
                var colour = isBox ? box : wall;
                var at = (y * (1 + (Width * 3))) + 1 + (x * 3);
                for (var c = 0; c < 3; c++)
                {
                    rows[at + c] = (byte)Math.Clamp(colour[c] + shade, 0, 255);
                }
            }
        }

        return Png(rows);
    }

    private static int[] Colour(Random random, int low, int high) =>
        [random.Next(low, high), random.Next(low, high), random.Next(low, high)];

    private static byte[] Png(byte[] rows)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Height);
        // Eight bits, red, green and blue.
        (header[8], header[9]) = (8, 2);
        Chunk(file, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(rows);
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc([.. type, .. data]));
        file.Write(number);
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
            }
        }

        return ~crc;
    }
}
