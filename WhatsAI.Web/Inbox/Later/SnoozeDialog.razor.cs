using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Later;

/// <summary>Until when a conversation shall be out of the way. One digit chooses; a date can be typed. Made anew each time it is opened.</summary>
public sealed partial class SnoozeDialog(ConversationActions actions, TimeProvider time, IStringLocalizer<LaterText> texts)
{
    private (string Key, DateTimeOffset? Until)[] _choices = [];
    private DateTime? _at;
    private string? _problem;
    private bool _busy;

    [Parameter]
    public bool Open { get; set; }

    [Parameter, EditorRequired]
    public ConversationRow Row { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>Done: what became of it in words, and how it was before.</summary>
    [Parameter]
    public EventCallback<(string Said, Snoozed Before)> OnSnoozed { get; set; }

    private IStringLocalizer<LaterText> L => texts;

    private TimeProvider Time => time;

    protected override void OnInitialized()
    {
        var (now, zone) = (time.GetUtcNow(), Shell.TimeZone);
        var tomorrow = LaterTimes.Tomorrow(now, zone);
        _choices =
        [
            ("snooze.while", LaterTimes.InAWhile(now)),
            ("snooze.tomorrow", tomorrow),
            ("snooze.monday", LaterTimes.Monday(now, zone)),
            ("snooze.reply", null),
        ];
        _at = TimeZoneInfo.ConvertTime(Row.CameBack ? tomorrow : Row.SnoozedUntil ?? tomorrow, zone).DateTime;
    }

    private Task KeyAsync(KeyboardEventArgs e) =>
        int.TryParse(e.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var digit) && digit >= 1 && digit <= _choices.Length
            ? SnoozeAsync(_choices[digit - 1].Until)
            : Task.CompletedTask;

    private Task AtAsync()
    {
        _problem = _at is null ? L["at.missing"].Value : null;
        return _at is { } at ? SnoozeAsync(LocalTimes.At(at, Shell.TimeZone)) : Task.CompletedTask;
    }

    private async Task SnoozeAsync(DateTimeOffset? until)
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        Snoozed? before = null;
        var done = await RunAsync(async () =>
        {
            try
            {
                before = await actions.SnoozeAsync(Row.Id, until, Gone);
            }
            catch (RuleException broken) when (broken.Key.StartsWith("later.", StringComparison.Ordinal))
            {
                _problem = TextOf(broken);
            }
        });
        _busy = false;
        if (_problem is not null)
        {
            return;
        }

        await OnClose.InvokeAsync();
        if (done && before is not null)
        {
            var said = until is { } at
                ? L["snoozed.until", ClockTime.Of(at, time.GetUtcNow(), Shell.TimeZone)].Value
                : L["snoozed.reply"].Value;
            await OnSnoozed.InvokeAsync((said, before));
        }
    }
}
