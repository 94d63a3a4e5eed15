using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>What was written may go out later. The words stay in the field until they are safe.</summary>
public sealed partial class Composer
{
    private string? _scheduling;

    private Upload? _scheduledFile;

    internal void Schedule(string text)
    {
        if (_files.Count > 1 || _files.Exists(f => f.Upload is null))
        {
            Toasts.Show(L["schedule.one-file"], Tone.Warn);
            return;
        }

        (_scheduling, _scheduledFile) = (text, _files is [var file] ? file.Upload : null);
        StateHasChanged();
    }

    private async Task ScheduledAsync()
    {
        var text = _scheduling;
        _files.RemoveAll(f => f.Upload is not null && f.Upload == _scheduledFile);
        (_scheduling, _scheduledFile) = (null, null);
        if (_browser is not null && text is not null)
        {
            await _browser.ScheduledAsync(text);
        }
    }
}
