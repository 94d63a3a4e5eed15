using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>Buttons and lists, offered and chosen.</summary>
internal static class EvolutionMenus
{
    private const int MostOptions = 100;

    public static MessageBody? Read(string type, JsonElement content) =>
        type switch
        {
            "buttonsResponseMessage" => new ChoiceBody(
                MenuForm.Buttons,
                content.Word("selectedButtonId") ?? "",
                content.Text("selectedDisplayText") ?? ""
            ),
            "templateButtonReplyMessage" => new ChoiceBody(
                MenuForm.Template,
                content.Word("selectedId") ?? "",
                content.Text("selectedDisplayText") ?? ""
            ),
            "listResponseMessage" => new ChoiceBody(
                MenuForm.List,
                content.Field("singleSelectReply").Word("selectedRowId") ?? "",
                content.Text("title") ?? ""
            ),
            "interactiveResponseMessage" => new ChoiceBody(
                MenuForm.Interactive,
                FlowId(content.Field("nativeFlowResponseMessage").Text("paramsJson")),
                content.Field("body").Text("text") ?? ""
            ),
            "buttonsMessage" or "buttonMessage" => Menu(
                MenuForm.Buttons,
                content.Word("title") ?? content.Word("text"),
                content.Text("contentText") ?? content.Text("description"),
                content.Word("footerText") ?? content.Word("footer"),
                content.Field("buttons"),
                Button
            ),
            "listMessage" => new MenuBody(
                MenuForm.List,
                content.Word("title"),
                content.Text("description") ?? "",
                content.Word("footerText"),
                [.. content.Field("sections").Each().SelectMany(section => section.Field("rows").Each()).Take(MostOptions).Select(Row)]
            ),
            "templateMessage" => Template(content),
            "interactiveMessage" => Menu(
                MenuForm.Interactive,
                content.Field("header").Word("title"),
                content.Field("body").Text("text"),
                content.Field("footer").Word("text"),
                content.Field("nativeFlowMessage").Field("buttons"),
                Flow
            ),
            _ => null,
        };

    private static MenuBody Template(JsonElement content)
    {
        var template = content.Field("hydratedTemplate") is { ValueKind: JsonValueKind.Object } own
            ? own
            : content.Field("hydratedFourRowTemplate");
        return Menu(
            MenuForm.Template,
            template.Word("hydratedTitleText"),
            template.Text("hydratedContentText"),
            template.Word("hydratedFooterText"),
            template.Field("hydratedButtons"),
            Hydrated
        );
    }

    private static MenuBody Menu(
        MenuForm form,
        string? title,
        string? text,
        string? footer,
        JsonElement options,
        Func<JsonElement, MenuOption> read
    ) => new(form, title, text ?? "", footer, [.. options.Each().Take(MostOptions).Select(read)]);

    private static MenuOption Button(JsonElement json) =>
        new(json.Word("buttonId") ?? json.Word("id") ?? "", json.Field("buttonText").Word("displayText") ?? json.Word("displayText") ?? "");

    private static MenuOption Row(JsonElement json) => new(json.Word("rowId") ?? "", json.Word("title") ?? "", json.Word("description"));

    private static MenuOption Hydrated(JsonElement json)
    {
        var kind =
            json.Has("quickReplyButton") ? "quickReplyButton"
            : json.Has("urlButton") ? "urlButton"
            : "callButton";
        var button = json.Field(kind);
        return new(button.Word("id") ?? button.Word("url", 2000) ?? button.Word("phoneNumber") ?? "", button.Word("displayText") ?? "");
    }

    private static MenuOption Flow(JsonElement json)
    {
        using var parameters = Parse(json.Text("buttonParamsJson"));
        var root = parameters?.RootElement ?? default;
        return new(root.Word("id") ?? "", root.Word("display_text") ?? json.Word("name") ?? "");
    }

    private static string FlowId(string? parameters)
    {
        using var json = Parse(parameters);
        return json?.RootElement.Word("id") ?? "";
    }

    // JSON inside a string, written by the customer's phone.
    private static JsonDocument? Parse(string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? null : EvolutionJson.Parse(System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
