using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Later;

/// <summary>A message and its time. The zone is the company's; one that waits keeps the zone in which its time was meant. Made anew each time it is opened.</summary>
public sealed partial class ScheduleDialog(ScheduledMessageActions actions, TimeProvider time, IStringLocalizer<LaterText> texts)
{
    // However often it is clicked, it is one message.
    private readonly ScheduledMessageId _key = new(Guid.NewGuid());
    private (string Key, DateTime At)[] _quick = [];
    private string _text = "";
    private DateTime? _at;
    private bool _cancels = true;
    private string? _problem;
    private bool _busy;

    [Parameter]
    public bool Open { get; set; }

    [Parameter, EditorRequired]
    public ConversationId Conversation { get; set; }

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    /// <summary>Null: a new one.</summary>
    [Parameter]
    public ScheduledMessageRow? Row { get; set; }

    /// <summary>How a new one begins.</summary>
    [Parameter]
    public string Text { get; set; } = "";

    /// <summary>What goes out with a new one; null: words alone.</summary>
    [Parameter]
    public Upload? File { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public EventCallback OnSaved { get; set; }

    private IStringLocalizer<LaterText> L => texts;

    private Upload? Attached => Row is null ? File : Row.File;

    private TimeZoneInfo Zone =>
        Row is not null && TimeZoneInfo.TryFindSystemTimeZoneById(Row.Zone, out var meant) ? meant : Shell.TimeZone;

    protected override void OnInitialized()
    {
        var now = time.GetUtcNow();
        _quick =
        [
            ("snooze.while", Local(LaterTimes.InAWhile(now))),
            ("snooze.tomorrow", Local(LaterTimes.Tomorrow(now, Zone))),
            ("snooze.monday", Local(LaterTimes.Monday(now, Zone))),
        ];
        (_text, _cancels) = (Row?.Text ?? Text, Row?.CancelsOnReply ?? true);
        _at = Row is { State: ScheduledState.Scheduled } ? Local(Row.DueAt) : _quick[1].At;
    }

    private DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).DateTime;

    private async Task SaveAsync()
    {
        if (_at is not { } at)
        {
            _problem = L["at.missing"];
            return;
        }

        (_busy, _problem) = (true, null);
        try
        {
            var words = new ScheduledWords(_text, at, Zone.Id, _cancels);
            await (
                Row is null
                    ? actions.CreateAsync(Conversation, _key, words, File, Gone)
                    : actions.ChangeAsync(Row.Id, words, Row.Version, Gone)
            );
            await OnSaved.InvokeAsync();
        }
        catch (RuleException broken)
        {
            _problem = TextOf(broken);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _problem = Rules["database.away"];
        }
        catch (Exception e) when (UnstorableText.Is(e))
        {
            _problem = Rules["text.unstorable"];
        }
        finally
        {
            _busy = false;
        }
    }
}
