using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Media;

namespace WhatsAI.Tests.Messaging.Media;

public sealed class AttachmentRulesTests
{
    private const long Megabyte = 1024 * 1024;

    [Theory]
    [InlineData("foto.jpg", "image/jpeg", 1, MessageKind.Image)]
    [InlineData("foto.jpg", "image/jpeg", 17, MessageKind.Document)]
    [InlineData("gif.gif", "image/gif", 1, MessageKind.Document)]
    [InlineData("clip.mp4", "video/mp4", 60, MessageKind.Video)]
    [InlineData("clip.webm", "video/webm", 1, MessageKind.Document)]
    [InlineData("voz.ogg", "audio/ogg", 1, MessageKind.Audio)]
    [InlineData("som.wav", "audio/wav", 1, MessageKind.Document)]
    [InlineData("lista.pdf", "application/pdf", 99, MessageKind.Document)]
    [InlineData("planta.dwg", MediaType.Unknown, 1, MessageKind.Document)]
    [InlineData("utf16.csv", MediaType.Unknown, 1, MessageKind.Document)]
    [InlineData(null, "image/png", 1, MessageKind.Image)]
    public void File_is_sent_as_what_its_bytes_are(string? name, string type, long megabytes, MessageKind kind) =>
        AttachmentRules.KindOf(name, new SniffedFile(type, null), megabytes * Megabyte).ShouldBe(kind);

    [Theory]
    [InlineData("vazio.txt", MediaType.PlainText, 0, "attachment.empty")]
    [InlineData("filme.mp4", "video/mp4", (100 * Megabyte) + 1, "attachment.too-large")]
    [InlineData("foto.jpg", MediaType.Executable, 10, "attachment.forbidden")]
    [InlineData("instalar.EXE", MediaType.Unknown, 10, "attachment.forbidden")]
    [InlineData("boleto.pdf.js", MediaType.PlainText, 10, "attachment.forbidden")]
    [InlineData("pagina.html", MediaType.Unknown, 10, "attachment.forbidden")]
    [InlineData("logo.svg", MediaType.Unknown, 10, "attachment.forbidden")]
    [InlineData("foto.jpg", MediaType.Unknown, 10, "attachment.not-what-it-says")]
    [InlineData("boleto.pdf", MediaType.Unknown, 10, "attachment.not-what-it-says")]
    public void File_that_may_not_be_sent_is_refused_with_its_reason(string name, string type, long size, string key) =>
        Should.Throw<RuleException>(() => AttachmentRules.KindOf(name, new SniffedFile(type, null), size)).Key.ShouldBe(key);

    [Theory]
    [InlineData("carta.doc", MediaType.OldOffice, "application/msword")]
    [InlineData("tabela.xls", MediaType.OldOffice, "application/vnd.ms-excel")]
    [InlineData("mensagem.msg", MediaType.OldOffice, MediaType.Unknown)]
    [InlineData("lista.csv", MediaType.PlainText, "text/csv")]
    [InlineData("ana.vcf", MediaType.PlainText, "text/vcard")]
    [InlineData("foto.doc", "image/png", "image/png")]
    [InlineData("foto.png", MediaType.PlainText, MediaType.PlainText)]
    public void Name_decides_only_what_the_bytes_leave_open(string name, string sniffed, string type) =>
        AttachmentRules.TypeOf(name, new SniffedFile(sniffed, null)).ShouldBe(type);

    [Fact]
    public void Picture_too_large_to_be_shown_goes_as_a_document() =>
        AttachmentRules.KindOf("mapa.png", SniffedFile.Of(Samples.Png(20_000, 20_000)), 1000).ShouldBe(MessageKind.Document);

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Users\\ana\\foto.jpg", "foto.jpg")]
    [InlineData("gpj.\u202Eexe.jpg", "gpj.exe.jpg")]
    [InlineData("a\r\nX-Header: b\u0000.txt", "aX-Header b.txt")]
    [InlineData(" .hidden. ", "hidden")]
    [InlineData("relatório ção 你.pdf", "relatório ção 你.pdf")]
    [InlineData("...", null)]
    [InlineData("a/", null)]
    [InlineData(null, null)]
    public void Name_is_made_safe(string? name, string? safe) => FileNames.Safe(name).ShouldBe(safe);

    [Fact]
    public void Long_name_is_cut_and_keeps_its_extension()
    {
        var safe = FileNames.Safe(new string('a', 400) + ".pdf")!;

        safe.Length.ShouldBe(FileNames.Longest);
        safe.ShouldEndWith("a.pdf");
        FileNames.Safe(string.Concat(Enumerable.Repeat("😀", 200)))!.Length.ShouldBeLessThanOrEqualTo(FileNames.Longest);
    }

    [Theory]
    [InlineData("image/png", false, "image/png", true)]
    [InlineData("application/pdf", false, "application/pdf", true)]
    [InlineData("image/png", true, MediaType.Unknown, false)]
    [InlineData("audio/amr", false, MediaType.Unknown, false)]
    [InlineData("image/svg+xml", false, MediaType.Unknown, false)]
    [InlineData("text/html", false, MediaType.Unknown, false)]
    [InlineData("text/plain", false, MediaType.Unknown, false)]
    public void Only_what_browsers_do_not_run_is_shown(string stored, bool download, string served, bool inline)
    {
        var file = ServedFile.Of(stored, "nome", download);

        (file.ContentType, file.Inline).ShouldBe((served, inline));
    }

    [Fact]
    public void Waits_grow_and_end()
    {
        Enumerable.Range(1, 5).Select(failed => MediaRetry.Wait(failed)?.TotalSeconds).ShouldBe([10, 60, 300, 1800, null]);
    }
}
