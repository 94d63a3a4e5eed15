using System.Text;
using WhatsAI.Core.Messaging.Media;

namespace WhatsAI.Tests.Messaging.Media;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData("GIF89a\u0001\0\u0001\0", "image/gif")]
    [InlineData("RIFF\0\0\0\0WEBPVP8 ", "image/webp")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ", "audio/wav")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0", "video/mp4")]
    [InlineData("\0\0\0\u0018ftypisom\0\0\0\0", "video/mp4")]
    [InlineData("\0\0\0\u0018ftyp3gp4\0\0\0\0", "video/3gpp")]
    [InlineData("\0\0\0\u0018ftypM4A \0\0\0\0", "audio/mp4")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "image/heic")]
    [InlineData("\0\0\0\u0018ftypqt  \0\0\0\0", "video/quicktime")]
    [InlineData("\u001AE\u00DF\u00A3\u0001\u0042\u0082\u0084webm....\u0086\u0085V_VP8", "video/webm")]
    [InlineData("\u001AE\u00DF\u00A3\u0001\u0042\u0082\u0084webm....\u0086\u0086A_OPUS", "audio/webm")]
    [InlineData("\u001AE\u00DF\u00A3\u0001\u0042\u0082\u0084webm....\u0086\u0086A_OPUS....V_ by chance in what was said", "audio/webm")]
    [InlineData("\u001AE\u00DF\u00A3\u0001\u0042\u0082\u0084webm....\u0086\u0086A_OPUS....\u0086\u0085V_VP9", "video/webm")]
    [InlineData("\u001AE\u00DF\u00A3\u0001\u0042\u0082\u0088matroska", "video/x-matroska")]
    [InlineData("OggS\0\u0002\0\0\0\0\0\0\0\0....\0\0\0\0....\u0001\u0013OpusHead\u0001", "audio/ogg")]
    [InlineData("OggS\0\u0002\0\0\0\0\0\0\0\0....\0\0\0\0....\u0001\u001E\u0001vorbis", "audio/ogg")]
    [InlineData("OggS\0\u0002\0\0\0\0\0\0\0\0....\0\0\0\0....\u0001\u001Ewhatever", "application/octet-stream")]
    [InlineData("ID3\u0004\0\0\0\0\0\0", "audio/mpeg")]
    [InlineData("\u00FF\u00FB\u0090\u0044\0\0", "audio/mpeg")]
    [InlineData("\u00FF\u00F1\u0050\u0080\0\0", "audio/aac")]
    [InlineData("#!AMR\n\u003C", "audio/amr")]
    [InlineData("%PDF-1.7\n", "application/pdf")]
    [InlineData("{\\rtf1 x}", "application/rtf")]
    [InlineData("\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1", "application/x-ole-storage")]
    [InlineData("MZ\u0090\0\u0003", "application/x-executable")]
    [InlineData("\u007FELF\u0002", "application/x-executable")]
    [InlineData("#!/bin/sh\nrm", "application/x-executable")]
    [InlineData("nome;telefone\nAna;1", "text/plain")]
    [InlineData("", "application/octet-stream")]
    [InlineData("\u0001\u0002\u0003\u0004", "application/octet-stream")]
    public void Type_is_read_from_the_bytes(string latin1, string type) => MediaType.Of(Samples.Text(latin1)).ShouldBe(type);

    [Fact]
    public void Type_of_pictures_is_read_from_the_bytes()
    {
        MediaType.Of(Samples.Png()).ShouldBe("image/png");
        MediaType.Of(Samples.Jpeg()).ShouldBe("image/jpeg");
    }

    [Theory]
    [InlineData("<html><script>alert(1)</script>")]
    [InlineData("  \n<!DOCTYPE html>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("<?xml version='1.0'?><a/>")]
    [InlineData("hello <ScRiPt>alert(1)</script>")]
    public void Markup_is_no_type_a_browser_would_run(string text)
    {
        MediaType.Of(Encoding.UTF8.GetBytes(text)).ShouldBe(MediaType.Unknown);
        MediaType.Of([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]).ShouldBe(MediaType.Unknown);
        MediaType.Of(Encoding.Unicode.GetBytes(text)).ShouldBe(MediaType.Unknown);
    }

    [Theory]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "[Content_Types].xml", "word/document.xml")]
    [InlineData("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "[Content_Types].xml", "xl/workbook.xml")]
    [InlineData("application/vnd.openxmlformats-officedocument.presentationml.presentation", "_rels/.rels", "ppt/presentation.xml")]
    [InlineData("application/zip", "word/notes.txt", "a.txt")]
    [InlineData("application/x-executable", "AndroidManifest.xml", "classes.dex")]
    [InlineData("application/x-executable", "META-INF/MANIFEST.MF", "A.class")]
    public void Package_is_told_by_its_parts(string type, string first, string second) =>
        MediaType.Of(Samples.Zip(first, second)).ShouldBe(type);

    [Fact]
    public void Cut_letter_at_the_end_of_the_head_is_still_text()
    {
        byte[] head = [.. Enumerable.Repeat((byte)'a', MediaType.HeadLength - 1), 0xC3];

        MediaType.Of(head).ShouldBe(MediaType.PlainText);
    }

    [Fact]
    public void Any_cut_of_a_file_is_read_without_an_exception()
    {
        byte[][] files =
        [
            Samples.Png(),
            Samples.Jpeg(),
            Samples.Zip("mimetype"),
            Samples.Text("RIFF\0\0\0\0WEBPVP8X\n\0\0\0....\u0001\0\0\u0001\0\0"),
        ];
        foreach (var file in files)
        {
            for (var length = 0; length <= file.Length; length++)
            {
                Should.NotThrow(() => SniffedFile.Of(file.AsSpan(0, length)));
            }
        }
    }
}
