using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Tenancy;

public sealed partial class TenantSettingsPage(TenantQueries queries, TenantActions actions, IStringLocalizer<TenancyText> texts)
{
    private TenantSettingsView? _seen;
    private string _name = "";
    private string _zone = "";
    private string _language = "";
    private bool _receipts;
    private bool _takes;
    private string _words = "";
    private string? _problem;
    private bool _saving;
    private bool _away;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<TenancyText> L => texts;

    protected override Task OnInitializedAsync() => ReloadAsync();

    private async Task ReloadAsync() => _away = !await RunAsync(LoadAsync, away: () => { });

    private async Task LoadAsync()
    {
        _seen = await queries.SettingsAsync(Gone);
        (_name, _zone, _language) = (_seen.Name, _seen.TimeZone, _seen.Language);
        (_receipts, _takes) = (_seen.SendsReadReceipts, _seen.AnswerTakes);
        _words = string.Join('\n', _seen.OptOutWords);
        _problem = null;
    }

    private async Task SaveAsync()
    {
        _saving = true;
        await RunAsync(async () =>
        {
            try
            {
                var words = _words.Split(['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                await actions.ChangeAsync(new TenantSettings(_name, _zone, _language, _receipts, _takes, words, _seen!.Version), Gone);
                await LoadAsync();
                Toasts.Show(L["settings.saved"]);
            }
            catch (RuleException broken) when (broken.Key == "tenant.changed-meanwhile")
            {
                _problem = TextOf(broken);
            }
        });
        _saving = false;
    }
}
