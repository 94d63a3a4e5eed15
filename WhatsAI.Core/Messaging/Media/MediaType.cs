using System.Text;

namespace WhatsAI.Core.Messaging.Media;

/// <summary>What a file really is, by its first bytes. What a sender, a gateway or a file name says of it counts for nothing.</summary>
public static class MediaType
{
    /// <summary>Bytes nobody recognizes, and everything a browser could run: HTML, SVG, XML.</summary>
    public const string Unknown = "application/octet-stream";

    /// <summary>Programs of every system.</summary>
    public const string Executable = "application/x-executable";

    public const string PlainText = "text/plain";
    public const string Zip = "application/zip";
    public const string OldOffice = "application/x-ole-storage";
    public const string Pdf = "application/pdf";

    /// <summary>How many of a file's first bytes decide (fewer when it is shorter). A picture's size may need as many (<see cref="ImageSize"/>).</summary>
    public const int HeadLength = 256 * 1024;

    /// <param name="head">The file's first bytes, <see cref="HeadLength"/> or all there are.</param>
    public static string Of(ReadOnlySpan<byte> head) =>
        OfImage(head) ?? OfContainer(head) ?? OfSound(head) ?? OfDocument(head) ?? OfProgram(head) ?? OfText(head);

    private static string? OfImage(ReadOnlySpan<byte> head) =>
        head switch
        {
            _ when head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) => "image/jpeg",
            _ when head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) => "image/png",
            _ when head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) => "image/gif",
            _ when IsRiff(head, "WEBP"u8) => "image/webp",
            _ when head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) => "image/tiff",
            _ => null,
        };

    private static string? OfContainer(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            return OfBrand(head[8..12]);
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            var start = First(head, 4096);
            return start.IndexOf("webm"u8) < 0 ? "video/x-matroska"
                : HasTrack(start, (byte)'A') && !HasTrack(start, (byte)'V') ? "audio/webm"
                : "video/webm";
        }

        if (head.StartsWith("OggS"u8))
        {
            var page = First(head, 256);
            return page.IndexOf("OpusHead"u8) >= 0 || page.IndexOf("vorbis"u8) >= 0 || page.IndexOf("Speex   "u8) >= 0 ? "audio/ogg"
                : page.IndexOf("theora"u8) >= 0 ? "video/ogg"
                : Unknown;
        }

        return IsRiff(head, "AVI "u8) ? "video/x-msvideo" : null;
    }

    // The element that names a track's codec (0x86, its length in one byte, "A_OPUS"). What is recorded begins in the same bytes and may look like the name alone.
    private static bool HasTrack(ReadOnlySpan<byte> start, byte kind)
    {
        for (var at = 0; at + 4 <= start.Length; at++)
        {
            if (start[at] == 0x86 && (start[at + 1] & 0x80) != 0 && start[at + 2] == kind && start[at + 3] == (byte)'_')
            {
                return true;
            }
        }

        return false;
    }

    private static string OfBrand(ReadOnlySpan<byte> brand) =>
        Encoding.Latin1.GetString(brand) switch
        {
            ['3', 'g', 'p' or '2' or 'r' or 's', ..] => "video/3gpp",
            "M4A " or "M4B " => "audio/mp4",
            "qt  " => "video/quicktime",
            "avif" or "avis" => "image/avif",
            ['h', 'e', 'i' or 'v', ..] or "mif1" or "msf1" => "image/heic",
            _ => "video/mp4",
        };

    private static string? OfSound(ReadOnlySpan<byte> head) =>
        head switch
        {
            _ when head.StartsWith("ID3"u8) => "audio/mpeg",
            _ when head.StartsWith("#!AMR"u8) => "audio/amr",
            _ when head.StartsWith("fLaC"u8) => "audio/flac",
            _ when IsRiff(head, "WAVE"u8) => "audio/wav",
            [0xFF, 0xF0 or 0xF1 or 0xF8 or 0xF9, var rate, ..] when (rate >> 2 & 0xF) < 13 => "audio/aac",
            // A frame of layer I to III with a bit rate and a sampling rate that exist.
            [0xFF, >= 0xE0 and var kind, var rate, ..]
                when (kind & 0x06) != 0 && (kind & 0x18) != 0x08 && rate >> 4 is > 0 and < 15 && (rate >> 2 & 3) != 3 => "audio/mpeg",
            _ => null,
        };

    private static string? OfDocument(ReadOnlySpan<byte> head) =>
        head switch
        {
            _ when head.StartsWith("%PDF-"u8) => Pdf,
            _ when head.StartsWith("PK\u0003\u0004"u8) => OfZip(First(head, 64 * 1024)),
            _ when head.StartsWith("PK\u0005\u0006"u8) => Zip,
            _ when head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) => OldOffice,
            _ when head.StartsWith("{\\rtf"u8) => "application/rtf",
            _ when head.StartsWith("Rar!\u001A\u0007"u8) => "application/vnd.rar",
            _ when head.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C]) => "application/x-7z-compressed",
            [0x1F, 0x8B, 0x08, ..] => "application/gzip",
            _ => null,
        };

    // The names of a package's parts stand uncompressed before their content.
    private static string OfZip(ReadOnlySpan<byte> head)
    {
        const string Odf = "application/vnd.oasis.opendocument.";
        if (head.IndexOf("mimetypeapplication/vnd.oasis.opendocument."u8) == 30)
        {
            var rest = head[(30 + 8 + Odf.Length)..];
            return rest.StartsWith("text"u8) ? Odf + "text"
                : rest.StartsWith("spreadsheet"u8) ? Odf + "spreadsheet"
                : rest.StartsWith("presentation"u8) ? Odf + "presentation"
                : Zip;
        }

        if (head.IndexOf("AndroidManifest.xml"u8) >= 0 || head.IndexOf("META-INF/MANIFEST.MF"u8) >= 0)
        {
            return Executable;
        }

        return head.IndexOf("[Content_Types].xml"u8) < 0 && head.IndexOf("_rels/.rels"u8) < 0 ? Zip
            : head.IndexOf("word/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            : head.IndexOf("xl/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            : head.IndexOf("ppt/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            : Zip;
    }

    private static string? OfProgram(ReadOnlySpan<byte> head) =>
        head switch
        {
            [(byte)'M', (byte)'Z', ..] => Executable,
            [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => Executable,
            [(byte)'#', (byte)'!', ..] => Executable,
            [0xCA, 0xFE, 0xBA, 0xBE, ..] or [0xFE, 0xED, 0xFA, 0xCE or 0xCF, ..] or [0xCE or 0xCF, 0xFA, 0xED, 0xFE, ..] => Executable,
            [(byte)'d', (byte)'e', (byte)'x', (byte)'\n', ..] => Executable,
            // A Windows shortcut runs what it names.
            [0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00, ..] => Executable,
            _ => null,
        };

    private static string OfText(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return Unknown;
        }

        var text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF');
        // A sequence may be cut at the end of the head.
        var body = head.Length >= HeadLength ? text.AsSpan().TrimEnd('\uFFFD') : text.AsSpan();
        foreach (var c in body)
        {
            if (c == '\uFFFD' || (c < ' ' && c is not ('\t' or '\n' or '\r' or '\f')))
            {
                return Unknown;
            }
        }

        return body.TrimStart().StartsWith("<") || HasMarkup(body) ? Unknown : PlainText;
    }

    private static bool HasMarkup(ReadOnlySpan<char> text)
    {
        foreach (var mark in (ReadOnlySpan<string>)["<html", "<script", "<svg", "<!doctype", "<?xml", "<body", "<iframe"])
        {
            if (text.Contains(mark, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRiff(ReadOnlySpan<byte> head, ReadOnlySpan<byte> form) =>
        head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual(form);

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> head, int count) => head[..Math.Min(count, head.Length)];
}
