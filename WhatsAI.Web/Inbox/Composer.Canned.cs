using WhatsAI.Core.Inbox;
using WhatsAI.Web.Inbox.Canned;

namespace WhatsAI.Web.Inbox;

/// <summary>A slash opens the canned responses. The text itself stays in the browser (canned.js): it asks for a list, and for what to insert.</summary>
public sealed partial class Composer
{
    private CannedPicker? _picker;
    private string? _query;

    private CannedValues Values => new(ContactName, Shell.UserName, Number?.Name ?? "", Shell.TenantName);

    internal void OpenCanned(string query)
    {
        _query = query.Length <= CannedResponse.MaxCodeLength ? query : query[..CannedResponse.MaxCodeLength];
        StateHasChanged();
    }

    internal void CloseCanned()
    {
        _query = null;
        StateHasChanged();
    }

    /// <summary>Typed and chosen faster than the list opens, it is opened here; without an answer it stays open and says why.</summary>
    internal async Task<CannedInsert?> ChooseCannedAsync(string query, string? id)
    {
        OpenCanned(query);
        var insert = _picker is { } picker ? await picker.ChooseAsync(query, id) : null;
        if (insert is not null)
        {
            CloseCanned();
        }

        return insert;
    }
}
