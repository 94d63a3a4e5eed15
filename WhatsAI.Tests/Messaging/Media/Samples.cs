using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace WhatsAI.Tests.Messaging.Media;

/// <summary>The smallest bytes that are a file of a kind.</summary>
internal static class Samples
{
    public static byte[] Png(uint width = 2, uint height = 3)
    {
        var png = new byte[33];
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R' }.CopyTo(
            png,
            0
        );
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), height);
        return png;
    }

    /// <summary>With a comment before the frame, as cameras write theirs.</summary>
    public static byte[] Jpeg(ushort width = 4, ushort height = 5, ushort comment = 300)
    {
        var jpeg = new List<byte> { 0xFF, 0xD8, 0xFF, 0xE1 };
        jpeg.AddRange(Big(comment));
        jpeg.AddRange(new byte[comment - 2]);
        jpeg.AddRange([0xFF, 0xC2, 0, 17, 8]);
        jpeg.AddRange(Big(height));
        jpeg.AddRange(Big(width));
        jpeg.AddRange(new byte[12]);
        return [.. jpeg];
    }

    public static byte[] Zip(params string[] names)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in names)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write("content");
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Text(string latin1) => Encoding.Latin1.GetBytes(latin1);

    private static byte[] Big(ushort value) => [(byte)(value >> 8), (byte)value];
}
