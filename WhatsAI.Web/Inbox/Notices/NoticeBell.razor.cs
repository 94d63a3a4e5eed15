using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools.Alerts;

namespace WhatsAI.Web.Inbox.Notices;

/// <summary>How much the member was told and has not read, on every page. The list itself is read when it is opened.</summary>
public sealed partial class NoticeBell(
    NoticeQueries queries,
    AlertQueries alerts,
    IStringLocalizer<NoticeText> texts,
    IStringLocalizer<AlertsText> alertTexts
)
{
    private int _unread;
    private AlertsWaiting _alerts = AlertsWaiting.None;
    private bool _open;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<NoticeText> L => texts;

    private int Waiting => _unread + _alerts.All;

    private string Badge => Waiting > 99 ? "99+" : Waiting.ToString(CultureInfo.InvariantCulture);

    /// <summary>The gravest first; the badge's figure before all, where none of them is it: who says what he sees must be understood.</summary>
    private string Label => Parts.Split(' ').Contains(Badge) || Waiting == 0 ? Parts : $"{Badge}: {Parts}";

    private string Parts =>
        string.Join(
            ", ",
            new[]
            {
                Said("bell.critical", _alerts.Critical),
                Said("bell.other", _alerts.Others),
                _unread switch
                {
                    0 => L["bell"].Value,
                    1 => L["bell.unread-one", _unread].Value,
                    _ => L["bell.unread", _unread > 99 ? "99+" : _unread].Value,
                },
            }.OfType<string>()
        );

    public override Task SetParametersAsync(ParameterView parameters) =>
        parameters.Change(this, () => Shell) ? base.SetParametersAsync(ParameterView.Empty) : Task.CompletedTask;

    protected override bool Shows(ConsoleEvent e) => e is AlertsChanged || (e is NoticesChanged n && n.UserId == Shell.UserId);

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var unread = await queries.UnreadAsync(ct);
        var waiting = await alerts.WaitingAsync(ct);
        return () => (_unread, _alerts) = (unread, waiting);
    }

    private string? Said(string key, int count) =>
        count switch
        {
            0 => null,
            1 => alertTexts[$"{key}-one"].Value,
            _ => alertTexts[key, count].Value,
        };
}
