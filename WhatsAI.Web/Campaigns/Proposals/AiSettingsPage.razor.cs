using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Campaigns.Proposals;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Proposals;

/// <summary>Who proposes wordings for the company's templates, if anybody does.</summary>
public sealed partial class AiSettingsPage(AiSettingsQueries queries, AiSettingsActions actions, IStringLocalizer<ProposalsText> texts)
{
    private AiSettingsView? _view;
    private AiProvider _provider;
    private string _model = "";
    private string? _key;
    private string? _problem;
    private bool _busy;
    private bool _removing;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<ProposalsText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is TenantSettingsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var view = await queries.ReadAsync(ct);
        return () =>
        {
            // What somebody is typing is not taken from him by another settings page.
            if (!Loaded || view?.Version != _view?.Version)
            {
                (_provider, _model) = view is null ? (_provider, "") : (view.Provider, view.Model);
            }

            _view = view;
        };
    }

    private async Task SaveAsync()
    {
        (_busy, _problem) = (true, null);
        try
        {
            await actions.SaveAsync(new AiSettingsForm(_provider, _model, _key, _view?.Version ?? 0), Gone);
            _key = null;
            Toasts.Show(L["saved"]);
            await ReloadAsync();
        }
        catch (RuleException broken)
        {
            _problem = TextOf(broken);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _problem = Rules["database.away"];
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task RemoveAsync()
    {
        _removing = false;
        if (await RunAsync(() => actions.RemoveAsync(Gone)))
        {
            (_key, _problem) = (null, null);
            Toasts.Show(L["removed"]);
        }

        await ReloadAsync();
    }
}
