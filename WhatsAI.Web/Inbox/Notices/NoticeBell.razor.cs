using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Notices;

/// <summary>How much the member was told and has not read, on every page. The list itself is read when it is opened.</summary>
public sealed partial class NoticeBell(NoticeQueries queries, IStringLocalizer<NoticeText> texts)
{
    private int _unread;
    private bool _open;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<NoticeText> L => texts;

    private string Label =>
        _unread switch
        {
            0 => L["bell"],
            1 => L["bell.unread-one", _unread],
            _ => L["bell.unread", _unread > 99 ? "99+" : _unread],
        };

    public override Task SetParametersAsync(ParameterView parameters) =>
        parameters.Change(this, () => Shell) ? base.SetParametersAsync(ParameterView.Empty) : Task.CompletedTask;

    protected override bool Shows(ConsoleEvent e) => e is NoticesChanged n && n.UserId == Shell.UserId;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var unread = await queries.UnreadAsync(ct);
        return () => _unread = unread;
    }
}
