namespace WhatsAI.Web.Inbox;

/// <summary>What was written may go out later. The words stay in the field until they are safe.</summary>
public sealed partial class Composer
{
    private string? _scheduling;

    internal void Schedule(string text)
    {
        _scheduling = text;
        StateHasChanged();
    }

    private async Task ScheduledAsync()
    {
        var text = _scheduling;
        _scheduling = null;
        if (_browser is not null && text is not null)
        {
            await _browser.ScheduledAsync(text);
        }
    }
}
