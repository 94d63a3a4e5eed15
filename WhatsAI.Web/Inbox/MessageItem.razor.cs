using Microsoft.AspNetCore.Components;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>
/// One message: its bubble, what became of it, and what can be done with it. Its buttons have no handlers here, for there are many: they say what they do
/// (<c>data-do</c>), and thread.js tells <see cref="ThreadBrowser"/>.
/// </summary>
public sealed partial class MessageItem : ComponentBase
{
    [Parameter, EditorRequired]
    public MessageRow Row { get; set; } = null!;

    [Parameter, EditorRequired]
    public ThreadContext Thread { get; set; } = null!;

    /// <summary>The same person as right above.</summary>
    [Parameter]
    public bool Continues { get; set; }

    // What was deleted takes its reactions with it, as on the phone.
    private bool HasReactions => Row.Reactions.Count > 0 && Row.DeletedAt is null;

    private string? Mine => Row.Reactions.FirstOrDefault(r => r.Mine)?.Emoji;

    private bool HasTools => Thread.MayReply && Row.IsLive;

    // Most messages: nothing to be opened or fetched, so no component of its own.
    private string? Plain =>
        Row.Body is TextBody { Link: null } text && !WhatsAppText.IsBlank(text.Text) && Excerpt.Of(text.Text) is null ? text.Text : null;

    private MarkupString Buttons => Tools.Of(Row.MayEdit(Clock.GetUtcNow()), Row.MayDelete(Clock.GetUtcNow()));

    private string Why => Words ?? L["failed.unknown"];

    // It waits for something, and goes out by itself.
    private string? Waiting => Row.Delivery == DeliveryState.Queued ? Words : null;

    // The reason's, where this version knows it.
    private string? Words => Row.Reason is { } reason && L[reason] is { ResourceNotFound: false } text ? (string)text : null;

    private string Css =>
        CssClass.Join(
            "msg",
            Row.IsOurs ? "out" : "in",
            Continues ? "c" : null,
            HasReactions ? "r" : null,
            Delivery.IsBad(Row.Delivery) ? "fail" : null,
            Row.Delivery == DeliveryState.Unconfirmed ? "doubt" : null
        );

    private string BubbleCss =>
        Row.DeletedAt is not null
            ? "bub"
            : CssClass.Join(
                "bub",
                Row.Kind switch
                {
                    MessageKind.Image or MessageKind.Video or MessageKind.Document or MessageKind.Location => "media",
                    MessageKind.Sticker => "sticker",
                    MessageKind.Text when EmojiText.IsBig(Row.Text) => "big",
                    _ => null,
                }
            );

    // Who wrote it, where that is not the person in front of the screen or the customer himself.
    private (string Icon, string Text)? Origin =>
        Row.Origin switch
        {
            MessageOrigin.Customer => Row.SenderName is { } sender ? ("person", sender) : null,
            MessageOrigin.Agent when Row.AuthorId != Thread.Me && Row.AuthorName is { } author => ("support_agent", author),
            MessageOrigin.Phone => ("smartphone", L["origin.phone"]),
            MessageOrigin.System => ("settings", L["origin.system"]),
            MessageOrigin.Automation when Row.AuthorName is { } author => ("schedule_send", L["origin.scheduled", author]),
            MessageOrigin.Automation => ("account_tree", L["origin.automation"]),
            MessageOrigin.Campaign => ("campaign", L["origin.campaign"]),
            _ => null,
        };

    private object Value(string value) =>
        LineTime.Read(value) is { } at ? ClockTime.Of(at, Clock.GetUtcNow(), Thread.Shell.TimeZone) : value;

    public override Task SetParametersAsync(ParameterView parameters) =>
        parameters.Change(this, () => (Row, Continues, Thread)) ? base.SetParametersAsync(ParameterView.Empty) : Task.CompletedTask;
}
