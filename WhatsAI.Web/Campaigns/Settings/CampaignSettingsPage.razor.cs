using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Settings;

/// <summary>What holds for all campaigns of the company. What somebody is typing is neither taken from him nor written over another's by accident.</summary>
public sealed partial class CampaignSettingsPage(CampaignSettingsActions actions, IStringLocalizer<CampaignSettingsText> texts)
{
    private CampaignSettingsForm _form = new();

    /// <summary>What the form was filled from, and what is kept now.</summary>
    private CampaignSettingsView? _base;
    private CampaignSettingsView? _newest;
    private string? _problem;
    private bool _saving;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<CampaignSettingsText> L => texts;

    private bool IsTouched => _base is not null && _form != CampaignSettingsForm.Of(_base);

    protected override bool Shows(ConsoleEvent e) => e is TenantSettingsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var view = await actions.ReadAsync(ct);
        return () =>
        {
            if (view == _newest)
            {
                return;
            }

            _newest = view;
            // Where the same was saved there is nothing to choose.
            if (!IsTouched || _form == CampaignSettingsForm.Of(view))
            {
                Fill(view);
            }
        };
    }

    private void Fill(CampaignSettingsView? view) =>
        (_base, _form, _problem) = (view, view is null ? new CampaignSettingsForm() : CampaignSettingsForm.Of(view), null);

    private async Task SaveAsync()
    {
        _problem = null;
        if (!_form.TryRead(_base?.Version ?? 0, out var view))
        {
            _problem = L["price.bad", CampaignSettingsForm.Example];
            return;
        }

        _saving = true;
        await RunAsync(async () =>
        {
            try
            {
                await actions.ChangeAsync(view, Gone);
                Toasts.Show(L["saved"]);
                Fill(view);
            }
            catch (RuleException broken) when (broken.Key != "campaign.changed-meanwhile")
            {
                _problem = TextOf(broken);
            }
            catch (RuleException)
            {
                // The banner says so once it is read.
            }

            await ReloadAsync();
        });
        _saving = false;
    }
}
