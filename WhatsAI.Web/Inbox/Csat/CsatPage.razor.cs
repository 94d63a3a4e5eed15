using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Infrastructure.Inbox.Csat;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Csat;

/// <summary>Whether customers are asked how it was, with which words and how often.</summary>
public sealed partial class CsatPage(CsatQueries queries, CsatActions actions, CurrentMember member, IStringLocalizer<CsatText> texts)
{
    private CsatView? _seen;
    private bool _enabled;
    private string _question = "";
    private string _thanks = "";
    private int _hours;
    private int _days;
    private string? _problem;
    private bool _saving;
    private bool _away;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<CsatText> L => texts;

    protected override Task OnInitializedAsync() => ReloadAsync();

    private async Task ReloadAsync() => _away = !await RunAsync(LoadAsync, away: () => { });

    private async Task LoadAsync()
    {
        _seen = await queries.ReadAsync(Gone);
        // The first words are of the company's language, whatever the reader's is: customers read them.
        var isEnglish = _seen.Language == "en";
        var form =
            _seen.Form
            ?? new CsatForm(
                Enabled: false,
                L[isEnglish ? "default.question-en" : "default.question-pt"],
                L[isEnglish ? "default.thanks-en" : "default.thanks-pt"],
                CsatSettings.DefaultAnswerHours,
                CsatSettings.DefaultQuietDays
            );
        (_enabled, _question, _thanks, _hours, _days) = (form.Enabled, form.Question, form.Thanks, form.AnswerHours, form.QuietDays);
        _problem = null;
    }

    // What is half typed is shown as it stands.
    private string Preview(string text)
    {
        try
        {
            var values = new CannedValues(L["preview.customer"], member.DisplayName, L["preview.number"], _seen!.Company);
            return CsatSettings.Fill(text, values);
        }
        catch (RuleException)
        {
            return text;
        }
    }

    private async Task SaveAsync()
    {
        (_saving, _problem) = (true, null);
        await RunAsync(async () =>
        {
            try
            {
                await actions.SaveAsync(new CsatForm(_enabled, _question, _thanks, _hours, _days), _seen!.Version, Gone);
                await LoadAsync();
                Toasts.Show(L[_enabled ? "saved-on" : "saved-off"]);
            }
            catch (RuleException broken)
            {
                _problem = TextOf(broken);
            }
        });
        _saving = false;
    }
}
