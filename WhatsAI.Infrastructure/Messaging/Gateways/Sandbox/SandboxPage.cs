using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The control page: rendered here, kept fresh by a small script, everything from outside encoded.</summary>
internal sealed class SandboxPage(SandboxServer server, string prefix)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>A browser asks for a page; a gateway client does not.</summary>
    public bool Wanted(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && server.Faults.Reach == SandboxReach.Online;

    public async Task ShowAsync(HttpContext http)
    {
        var text = SandboxText.For(http);
        var forms = new SandboxForms(text);
        var instances = Instances();
        var root = prefix + "/_control";
        SandboxHtml html = $"""
            <!doctype html>
            <html lang="{text.Language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{text["title"]}</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="{root}/page.css">
            <script src="{root}/page.js" defer></script>
            </head>
            <body data-root="{root}" data-lang="{text.Language}" data-names="{Names(instances)}">
            <header>
              <h1>{text["title"]}</h1>
              <nav aria-label="{text[
                "language"
            ]}"><a href="?lang=pt-BR" lang="pt-BR">Português</a> <a href="?lang=en" lang="en">English</a></nav>
              <p>{text["intro"]}</p>
            </header>
            <main>
            <p id="said" role="status" aria-live="polite"></p>
            {instances.Select(i => Instance(i, text, forms))}
            {(instances.Count == 0 ? Empty(text) : Nothing())}
            {forms.Server(server.Faults)}
            <section><h2>{text["log"]}</h2><div data-live="log">{Log(text)}</div></section>
            </main>
            </body>
            </html>
            """;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(html.ToString(), http.RequestAborted);
    }

    /// <summary>The parts of the page that change by themselves, rendered again.</summary>
    public Task LiveAsync(HttpContext http)
    {
        var text = SandboxText.For(http);
        var instances = Instances();
        var parts = new JsonObject { ["log"] = Log(text).ToString() };
        foreach (var instance in instances)
        {
            parts["head-" + instance.Name] = Head(instance, text).ToString();
        }

        var body = new JsonObject { ["names"] = Names(instances), ["parts"] = parts };
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(SandboxJson.Text(body), http.RequestAborted);
    }

    public static Task AssetAsync(HttpContext http, string name, string type)
    {
        http.Response.ContentType = type;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-cache";
        return http.Response.Body.WriteAsync(SandboxSamples.Asset(name), http.RequestAborted).AsTask();
    }

    private static SandboxHtml Nothing() => $"";

    private static SandboxHtml Empty(SandboxText text) => $"""<p class="empty">{text["empty"]}</p>""";

    private static string Names(IReadOnlyList<SandboxInstance> instances) => string.Join('|', instances.Select(i => i.Name));

    private static SandboxHtml Instance(SandboxInstance instance, SandboxText text, SandboxForms forms) =>
        $"""
            <section data-instance="{instance.Name}">
            <div data-live="head-{instance.Name}">{Head(instance, text)}</div>
            {forms.Connect()}
            {forms.Write()}
            {forms.Behave(instance.Behaviour)}
            {forms.Trouble()}
            </section>
            """;

    private static SandboxHtml Head(SandboxInstance instance, SandboxText text)
    {
        var phone = instance.OwnerJid is { } jid ? SandboxJid.User(jid) : instance.Number ?? text["no-phone"];
        var (state, word) = instance.State switch
        {
            "open" => ("ok", text["state.open"]),
            "connecting" => ("wait", text["state.connecting"]),
            _ => ("bad", text["state.close"]),
        };
        var qr = instance.Qr;
        return $"""
            <h2>{instance.ProfileName ?? instance.Name}</h2>
            <p><strong class="state {state}">{word}</strong> <span>{phone}</span> <code>{instance.Name}</code></p>
            <p class="small">{text["messages"]}: {instance.Chats.MessageCount} · {text["chats"]}: {instance.Chats.Count} · {text[
                "closed-code"
            ]}: {instance.ClosedCode?.ToString(CultureInfo.InvariantCulture) ?? "–"}</p>
            {(qr is null ? Nothing() : Qr(qr, text))}
            """;
    }

    private static SandboxHtml Qr(SandboxQr qr, SandboxText text) =>
        $"""<figure><img src="{qr.Base64}" alt="{text["qr"]} {qr.Count}" width="180" height="180"><figcaption>{text[
            "qr"
        ]} {qr.Count} · {text["pairing-code"]}: <code>{qr.PairingCode ?? "–"}</code></figcaption></figure>""";

    private SandboxHtml Log(SandboxText text)
    {
        var lines = server.Log.Last(40);
        return $"""<ol class="log" aria-label="{text["log"]}">{lines.Select(Line)}</ol>""";
    }

    private static SandboxHtml Line(JsonObject line)
    {
        var at = line.Str("at") ?? "";
        var rest = line.Where(p => p.Key is not ("at" or "kind" or "instance") && p.Value is not null).Select(p => $"{p.Key}={p.Value}");
        return $"""<li><time>{at[11..^5]}</time> <b>{line.Str("kind")}</b> <code>{line.Str("instance")}</code> {string.Join(' ', rest)}</li>""";
    }

    private List<SandboxInstance> Instances() => [.. server.Instances.Values.OrderBy(i => i.CreatedAt)];
}
