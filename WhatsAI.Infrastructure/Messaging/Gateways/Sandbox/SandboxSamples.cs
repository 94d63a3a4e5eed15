using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>Small real files that browsers show and play; photos and documents carry a mark, so that no two have the same content.</summary>
internal static class SandboxSamples
{
    public static readonly byte[] Thumbnail = Read("thumb.jpg");
    private static readonly byte[] PhotoBytes = Read("photo.jpg");
    private static readonly byte[] VoiceBytes = Read("voice.ogg");
    private static readonly byte[] ClipBytes = Read("clip.mp4");
    private static readonly byte[] StickerBytes = Read("sticker.webp");

    public static SandboxMedia Photo(string mark, string? caption) => new(Marked(mark), "image/jpeg", null, caption);

    public static SandboxMedia Voice() => new(VoiceBytes, "audio/ogg; codecs=opus", null, null);

    public static SandboxMedia Clip(string? caption) => new(ClipBytes, "video/mp4", null, caption);

    public static SandboxMedia Sticker() => new(StickerBytes, "image/webp", null, null);

    public static SandboxMedia Document(string mark, string? fileName, string? caption) =>
        new(Pdf("Documento de teste " + mark), "application/pdf", fileName ?? "documento.pdf", caption);

    public static byte[] Asset(string name) => Read(name);

    /// <summary>A JPEG comment after the start marker: any decoder skips it, and the content differs.</summary>
    private static byte[] Marked(string mark)
    {
        var comment = Encoding.ASCII.GetBytes(mark);
        var bytes = new byte[PhotoBytes.Length + comment.Length + 4];
        PhotoBytes.AsSpan(0, 2).CopyTo(bytes);
        (bytes[2], bytes[3]) = (0xFF, 0xFE);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)(comment.Length + 2));
        comment.CopyTo(bytes, 6);
        PhotoBytes.AsSpan(2).CopyTo(bytes.AsSpan(6 + comment.Length));
        return bytes;
    }

    private static byte[] Pdf(string line)
    {
        var text = $"BT /F1 24 Tf 60 740 Td ({line.Replace('(', ' ').Replace(')', ' ').Replace('\\', ' ')}) Tj ET";
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            $"<< /Length {text.Length} >>\nstream\n{text}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ];
        var pdf = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Length; i++)
        {
            offsets.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var table = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
        {
            pdf.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        }

        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(pdf.ToString());
    }

    private static byte[] Read(string name)
    {
        using var stream =
            typeof(SandboxSamples).Assembly.GetManifestResourceStream("sandbox/" + name)
            ?? throw new InvalidOperationException($"The sample {name} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
