using Microsoft.AspNetCore.Components;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>A channel is made or changed; a webhook's secret is shown once when it was made.</summary>
public sealed partial class AlertChannelDialog
{
    private AlertChannelKind _kind;
    private string _name = "";
    private string _target = "";
    private string? _token;
    private AlertLevel _lowest = AlertLevel.Warning;
    private List<AlertKind> _kinds = [];
    private string? _problem;
    private string? _secret;
    private bool _busy;

    [Parameter]
    public bool Open { get; set; }

    /// <summary>The channel that is changed; null for a new one.</summary>
    [Parameter]
    public AlertChannelRow? Row { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>With its name.</summary>
    [Parameter]
    public EventCallback<string> OnSaved { get; set; }

    private AlertChannelForm Form => new(_kind, _name, _target, _token, _lowest, _kinds, Row?.Revision ?? 0);

    protected override void OnInitialized()
    {
        if (Row is { } row)
        {
            (_kind, _name, _target, _lowest, _kinds) = (row.Kind, row.Name, row.Target, row.Lowest, [.. row.Kinds]);
        }
    }

    private void Choose(AlertKind kind, bool on)
    {
        _kinds.Remove(kind);
        if (on)
        {
            _kinds.Add(kind);
        }
    }

    // A secret that was shown belongs to a channel that was saved.
    private Task CloseAsync() => _secret is null ? OnClose.InvokeAsync() : OnSaved.InvokeAsync(_name);

    private Task SaveAsync() =>
        TryAsync(async () =>
        {
            if (Row is { } row)
            {
                await Actions.ChangeAsync(row.Id, Form, Gone);
            }
            else
            {
                _secret = (await Actions.CreateAsync(Form, Gone)).Secret;
            }

            if (_secret is null)
            {
                await OnSaved.InvokeAsync(_name);
            }
        });

    private Task RenewAsync() => TryAsync(async () => _secret = await Actions.RenewSecretAsync(Row!.Id, Gone));

    private async Task TryAsync(Func<Task> act)
    {
        (_busy, _problem) = (true, null);
        try
        {
            await act();
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
