using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>
/// Links one number. While it is open it has codes asked for and looks whether the number opened; when it goes, nothing asks any more. What is shown is
/// read from the number, so that two people see the same code.
/// </summary>
public sealed partial class PairingPanel(InstanceQueries queries, PairingActions pairing, IStringLocalizer<InstancesText> texts)
{
    /// <summary>How often the gateway is asked whether somebody scanned, where its webhook has not said so.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>How long success stays, unless somebody points at it.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    // As Evolution shows them: the first code longer than those after it.
    private const int FirstCodeSeconds = 45;
    private const int CodeSeconds = 20;

    private PairingView? _view;
    private string? _problem;
    private string _phone = "";
    private PhoneNumber? _pairWith;
    private DateTimeOffset _began;
    private DateTimeOffset? _connectedAt;
    private int? _took;
    private bool _phoneInvalid;
    private bool _byCode;
    private bool _asking;
    private bool _hovered;
    private bool _started;

    [Parameter, EditorRequired]
    public InstanceId Id { get; set; }

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>The number's name, once read.</summary>
    [Parameter]
    public EventCallback<string> OnNamed { get; set; }

    protected override object Key => Id;

    private IStringLocalizer<InstancesText> L => texts;

    private string[] Steps => _byCode ? ["open", "devices", "by-phone", "type"] : ["open", "menu", "devices", "scan"];

    private int CodeLife => _view?.Facts.Link.QrCount <= 1 ? FirstCodeSeconds : CodeSeconds;

    private int SecondsLeft =>
        _view?.Facts.Link.QrAt is { } at ? Math.Max(0, CodeLife - (int)(Time.GetUtcNow() - at).TotalSeconds) : CodeLife;

    protected override bool Shows(ConsoleEvent e) => e is InstanceChanged changed && changed.InstanceId == Id;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var view = await queries.PairingAsync(Id, ct);
        return () => Show(view);
    }

    // Not when the parameters are set: the number may be read only when the database is back.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_started || _view is null)
        {
            return;
        }

        _started = true;
        _began = Time.GetUtcNow();
        await OnNamed.InvokeAsync(_view.Name);
        if (_connectedAt is null)
        {
            _ = BehindAsync(LookAsync);
        }
    }

    private void Show(PairingView? view)
    {
        _view = view;
        if (view?.Facts.Link.State is InstanceState.Open && _connectedAt is null)
        {
            _connectedAt = Time.GetUtcNow();
            _problem = null;
            // Open from the start is no success of this dialog: it stays until it is closed.
            if (_started)
            {
                _took = Math.Max(1, (int)(_connectedAt.Value - _began).TotalSeconds);
                _ = BehindAsync(SayFarewellAsync);
            }
        }
    }

    private async Task LookAsync()
    {
        await InvokeAsync(StartAsync);
        while (!Gone.IsCancellationRequested && _connectedAt is null)
        {
            await Task.Delay(Beat, Time, Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!Gone.IsCancellationRequested && _connectedAt is null && _problem is null && !_asking)
            {
                await InvokeAsync(() => AskAsync(() => pairing.KeepAsync(Id, _pairWith, Gone), shown: false));
            }
        }
    }

    private async Task StartAsync()
    {
        (_problem, _asking) = (null, true);
        StateHasChanged();
        await AskAsync(() => pairing.StartAsync(Id, _pairWith, Gone), shown: true);
    }

    private void Choose(bool byCode)
    {
        _byCode = byCode;
        if (byCode && _phone.Length == 0 && _view?.Facts.Link.Phone is { } known)
        {
            _phone = known.Format();
        }
    }

    private async Task AskForCodeAsync()
    {
        _phoneInvalid = !PhoneNumber.TryParse(_phone, out var phone);
        if (phone is not null)
        {
            _pairWith = phone;
            await StartAsync();
        }
    }

    /// <param name="shown">Whether an away database is said: a person asked, and is not only shown what the next beat brings.</param>
    private async Task AskAsync(Func<Task> ask, bool shown)
    {
        try
        {
            _asking = true;
            await ask();
        }
        catch (RuleException broken)
        {
            _problem = broken.Key;
        }
        catch (Exception e) when (Gone.IsCancellationRequested && (e is OperationCanceledException or ObjectDisposedException))
        {
            return;
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _problem = shown ? "database.away" : null;
        }
        finally
        {
            _asking = false;
        }

        await ReloadAsync();
        StateHasChanged();
    }

    private async Task SayFarewellAsync()
    {
        await Task.Delay(Farewell, Time, Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Gone.IsCancellationRequested && !_hovered)
        {
            await InvokeAsync(OnClose.InvokeAsync);
        }
    }

    // A pointer that merely lies where the dialog is reads nothing.
    private void Move(MouseEventArgs e) => _hovered |= e.MovementX != 0 || e.MovementY != 0;

    private Task LeaveDoneAsync()
    {
        var wasRead = _hovered;
        _hovered = false;
        return _took is null || !wasRead ? Task.CompletedTask : SayFarewellAsync();
    }
}
