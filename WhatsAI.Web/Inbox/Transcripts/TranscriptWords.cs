using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Transcripts;

/// <summary>Messages in the words of a transcript, in the asking member's language and the company's zone.</summary>
public sealed class TranscriptWords(
    IStringLocalizer<TranscriptText> texts,
    IStringLocalizer<InboxText> inbox,
    IStringLocalizer<CommonText> common
)
{
    public string FileName => texts["file"];

    public string TooMany => common["too-many-files"];

    public TranscriptHead Head(ConversationRow row, string company, DateTimeOffset now, TimeZoneInfo zone) =>
        new(
            texts["head", Name(row)],
            [
                .. row.DisplayPhone is { } phone && row.Name is not null ? [phone] : Array.Empty<string>(),
                texts["head.number", row.InstanceName, company],
                texts["head.made", now.ToString("g", CultureInfo.CurrentCulture), zone.Id],
            ]
        );

    public TranscriptMessage Of(MessageRow row, ConversationRow of, TimeZoneInfo zone) =>
        new(
            TimeZoneInfo.ConvertTime(row.SentAt, zone).ToString("g", CultureInfo.CurrentCulture),
            Who(row, of),
            row.IsOurs,
            row.DeletedAt is null ? Words(row) : inbox[row.IsOurs ? "deleted.ours" : "deleted.theirs"],
            Mark(row)
        );

    private string Name(ConversationRow row) => row.Title.Length > 0 ? row.Title : inbox["nameless"];

    private string Who(MessageRow row, ConversationRow of) =>
        !row.IsOurs
            ? row.SenderName ?? Name(of)
            : row.AuthorName
                ?? (row.Origin == MessageOrigin.Agent ? of.InstanceName : inbox[$"origin.{row.Origin.ToString().ToLowerInvariant()}"]);

    private string Words(MessageRow row)
    {
        if (row.Kind == MessageKind.Text)
        {
            return MessagePreview.Words(row.Kind, row.Text, inbox);
        }

        var kind = inbox[$"kind.{row.Kind.ToString().ToLowerInvariant()}"];
        return row.Text.Length == 0 ? $"[{kind}]" : $"[{kind}] {row.Text}";
    }

    private string? Mark(MessageRow row) =>
        row.DeletedAt is not null ? null
        : row.Delivery is DeliveryState.Failed or DeliveryState.Skipped ? texts["mark.not-sent"].Value
        : row.Delivery is DeliveryState.Unconfirmed ? texts["mark.in-doubt"].Value
        : row.EditedAt is not null ? texts["mark.edited"].Value
        : null;
}
