using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Notices;

/// <summary>What the member was told, newest first; lives while the drawer is open.</summary>
public sealed partial class NoticeList(NoticeQueries queries, NoticeActions actions, IStringLocalizer<NoticeText> texts)
{
    private IReadOnlyList<NoticeRow> _rows = [];
    private bool _more;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public int Unread { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    private IStringLocalizer<NoticeText> L => texts;

    private DateTimeOffset Now => Time.GetUtcNow();

    protected override bool Shows(ConsoleEvent e) => e is NoticesChanged n && n.UserId == Shell.UserId;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        // As many as are shown, so that what was paged to stays.
        var page = await queries.PageAsync(size: Math.Max(NoticeQueries.PageSize, _rows.Count), ct: ct);
        return () => (_rows, _more) = (page.Rows, page.More);
    }

    private Task OlderAsync() =>
        RunAsync(async () =>
        {
            var last = _rows[^1].Key;
            var page = await queries.PageAsync(last, ct: Gone);
            if (_rows[^1].Key == last)
            {
                (_rows, _more) = ([.. _rows, .. page.Rows], page.More && _rows.Count < NoticeQueries.MostAtOnce);
            }
        });

    /// <summary>The link itself leads there.</summary>
    private async Task GoAsync(NoticeRow row)
    {
        await OnClose.InvokeAsync();
        if (!row.IsRead)
        {
            await ReadAsync(row);
        }
    }

    private Task ReadAsync(NoticeRow row) => RunAsync(() => actions.ReadAsync(row.Id, CancellationToken.None));

    private Task ReadAllAsync() => RunAsync(() => actions.ReadAllAsync(Gone));

    private string Said(NoticeRow row) =>
        row switch
        {
            { Kind: NoticeKind.Mentioned } => L["mentioned", row.ByName ?? L["somebody"]],
            { Kind: NoticeKind.FirstLate } => L["late.first"],
            { Kind: NoticeKind.NextLate } => L["late.next"],
            { Kind: NoticeKind.ResolutionLate } => L["late.resolution"],
            { ByName: { } by } => L["assigned", by],
            _ => L["assigned.program"],
        };

    private static (string Css, string Icon) Look(NoticeKind kind) =>
        kind switch
        {
            NoticeKind.Mentioned => ("note-fg", "alternate_email"),
            NoticeKind.Assigned => ("text-2", "assignment_ind"),
            _ => ("bad", "timer_off"),
        };
}
