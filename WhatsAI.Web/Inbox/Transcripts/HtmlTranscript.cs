using System.Globalization;
using System.Net;

namespace WhatsAI.Web.Inbox.Transcripts;

/// <summary>A page of its own that asks for nothing from anywhere. It is only ever given as a download.</summary>
public sealed class HtmlTranscript : ITranscriptFormat
{
    private const string Style =
        "body{font:14px/20px system-ui,sans-serif;color:#1f2a2a;background:#f3f6f5;margin:0 auto;max-width:720px;padding:24px}"
        + "h1{font-size:20px;margin:0 0 4px}header p{margin:0;color:#566}main{margin-top:24px}"
        + "article{background:#fff;border:1px solid #dde5e3;border-radius:12px;padding:8px 12px;margin:6px 0;max-width:78%}"
        + "article.out{margin-left:auto;background:#e3f3ef}b{font-weight:600}time,i{color:#566;font-size:12px;margin-left:8px}"
        + "p{white-space:pre-wrap;overflow-wrap:anywhere;margin:2px 0 0}";

    public string ContentType => "text/html; charset=utf-8";

    public string Extension => "html";

    public string Begin(TranscriptHead head) =>
        $"""
            <!doctype html>
            <html lang="{CultureInfo.CurrentUICulture.Name}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{Text(head.Title)}</title><style>{Style}</style></head><body>
            <header><h1><bdi>{Text(head.Title)}</bdi></h1>{string.Concat(
                head.Facts.Select(f => $"<p><bdi>{Text(f)}</bdi></p>")
            )}</header><main>

            """;

    public string Message(TranscriptMessage message)
    {
        var mark = message.Mark is null ? "" : $"<i>{Text(message.Mark)}</i>";
        return $"<article class=\"{(message.IsOurs ? "out" : "in")}\"><b><bdi>{Text(message.Who)}</bdi></b><time>{Text(message.At)}</time>{mark}"
            + $"<p dir=\"auto\">{Text(message.Text)}</p></article>\n";
    }

    public string End() => "</main></body></html>\n";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
