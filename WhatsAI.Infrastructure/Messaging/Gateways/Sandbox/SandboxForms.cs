using System.Globalization;
using System.Text.Json;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The forms of the control page. page.js posts each as JSON to the action that its <c>data-post</c> names.</summary>
internal sealed class SandboxForms(SandboxText text)
{
    public SandboxHtml Connect() =>
        $"""
            <form data-post="scan" class="row when-qr">
            {Input("phone", "phone", "tel", "", "5511988880003")}
            {Input("profileName", "profile", "text", "", "Loja")}
            <button>{text["scan"]}</button>
            </form>
            <form data-post="pair" class="row when-qr">
            {Input("code", "pairing-code", "text", "", "ABCD1234")}
            <button>{text["pair"]}</button>
            </form>
            """;

    public SandboxHtml Write() =>
        $"""
            <details open class="when-open"><summary>{text["write"]}</summary>
            <form data-post="write" class="grid">
            {Select("kind", "kind", [.. SandboxWrite.Kinds, "edit", "revoke"], "text")}
            {Input("from", "from", "tel", "5511977770001", "")}
            {Input("name", "name", "text", "", "Ana Teste")}
            {Input("text", "text", "text", "", "")}
            {Input("count", "count", "number", "1", "")}
            {Input("ratePerSecond", "rate", "number", "0", "")}
            {Select("addressing", "addressing", ["pn", "lid", "lid-only"], "pn")}
            {Input("group", "group", "text", "", "120363041234567890@g.us")}
            {Input("replyTo", "reply-to", "text", "", "3EB0…")}
            {Input("target", "target", "text", "", "3A…")}
            {Check("fromMe", "from-me", false)}
            <button class="primary">{text["write.go"]}</button>
            </form></details>
            """;

    public SandboxHtml Behave(SandboxBehaviour b) =>
        $"""
            <details><summary>{text["behaviour"]}</summary>
            <form data-post="behaviour" class="grid">
            {Check("autoReply", "auto-reply", b.AutoReply)}
            {Input("autoReplyMs", "auto-reply-ms", "number", Text(b.AutoReplyMs), "")}
            {Check("receipts", "receipts", b.Receipts)}
            {Input("sentMs", "sent-ms", "number", Text(b.SentMs), text["never"])}
            {Input("deliveredMs", "delivered-ms", "number", Text(b.DeliveredMs), text["never"])}
            {Input("readMs", "read-ms", "number", Text(b.ReadMs), text["never"])}
            {Check("receiptsOutOfOrder", "receipts-disorder", b.ReceiptsOutOfOrder)}
            {Check("receiptsByLid", "receipts-lid", b.ReceiptsByLid)}
            {Select("sendFault", "send-fault", Names<SandboxSendFault>(), Name(b.SendFault))}
            {Input("sendFaultTimes", "send-fault-times", "number", Text(b.SendFaultTimes), "")}
            {Input("notOnWhatsApp", "not-on-whatsapp", "text", string.Join(", ", b.NotOnWhatsApp), "5511900000000", list: true)}
            {Select("echo", "echo", Names<SandboxEcho>(), Name(b.Echo))}
            {Check("webhooksSuppressed", "suppressed", b.WebhooksSuppressed)}
            {Input("webhookTries", "webhook-tries", "number", Text(b.WebhookTries), "")}
            {Check("keepsMessages", "keeps-messages", b.KeepsMessages)}
            {Input("duplicateWebhooks", "duplicates", "number", Text(b.DuplicateWebhooks), "")}
            {Input("shuffleMs", "shuffle", "number", Text(b.ShuffleMs), "")}
            {Faults(b)}
            <button class="primary">{text["apply"]}</button>
            </form></details>
            """;

    public SandboxHtml Trouble() =>
        $"""
            <details><summary>{text["trouble"]}</summary>
            <div class="row">
            {Button("close", "ban", "{\"code\":403}")}
            {Button("close", "temp-ban", "{\"code\":402}")}
            {Button("close", "log-out", "{\"code\":401}")}
            {Button("close", "unknown-log-out", "{\"code\":406}")}
            {Button("close", "reconnect-408", "{\"code\":408}")}
            {Button("close", "reconnect-428", "{\"code\":428}")}
            {Button("close", "reconnect-515", "{\"code\":515}")}
            {Button("zombie", "zombie", "{}")}
            {Button("next-qr", "next-qr", "{}")}
            {Button("end-qr", "end-qr", "{}")}
            {Button("typing", "typing", "{}")}
            </div></details>
            """;

    public SandboxHtml Server(SandboxFaults faults) =>
        $"""
            <section><h2>{text["server"]}</h2>
            <form data-post="" data-path="faults" class="grid">
            {Faults(faults)}
            <button class="primary">{text["apply"]}</button>
            </form></section>
            """;

    private SandboxHtml Faults(SandboxFaults faults) =>
        $"""
            {Select("reach", "reach", Names<SandboxReach>(), Name(faults.Reach))}
            {Input("slowMs", "slow", "number", Text(faults.SlowMs), "")}
            {Check("licenseRequired", "license", faults.LicenseRequired)}
            {Check("rateLimited", "rate-limited", faults.RateLimited)}
            {Input("retryAfterSeconds", "retry-after", "number", Text(faults.RetryAfterSeconds), "")}
            """;

    private SandboxHtml Input(string name, string label, string type, string value, string hint, bool list = false) =>
        $"""<label><span>{text[label]}</span><input name="{name}" type="{type}" value="{value}" placeholder="{hint}" data-list="{(
            list ? "yes" : ""
        )}" autocomplete="off"></label>""";

    private SandboxHtml Check(string name, string label, bool on)
    {
        SandboxHtml check = on
            ? $"""<input name="{name}" type="checkbox" checked>"""
            : (SandboxHtml)$"""<input name="{name}" type="checkbox">""";
        return $"""<label class="check">{check}<span>{text[label]}</span></label>""";
    }

    private SandboxHtml Select(string name, string label, IReadOnlyList<string> values, string chosen) =>
        $"""<label><span>{text[label]}</span><select name="{name}">{values.Select(v => Option(label, v, v == chosen))}</select></label>""";

    private SandboxHtml Option(string label, string value, bool chosen)
    {
        var word = text[$"{label}.{value}"];
        return chosen
            ? $"""<option value="{value}" selected>{word}</option>"""
            : (SandboxHtml)$"""<option value="{value}">{word}</option>""";
    }

    private SandboxHtml Button(string action, string label, string json) =>
        $"""<button type="button" data-post="{action}" data-json="{json}">{text[label]}</button>""";

    private static string Text(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string[] Names<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Name)];

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
