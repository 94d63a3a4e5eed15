using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Tenancy;

/// <summary>Who belongs to the company, who is invited, and who changed whom.</summary>
public sealed partial class MembersPage(
    MemberQueries queries,
    MemberActions actions,
    InvitationActions invitations,
    InstanceQueries numbers,
    CurrentMember me,
    IStringLocalizer<TenancyText> texts
)
{
    /// <summary>A list this long needs no search.</summary>
    private const int FewEnough = 8;

    private Shown? _shown;
    private MemberRow? _edited;
    private MemberRow? _of;
    private Question? _asked;
    private string _search = "";
    private bool _inviting;
    private int _dialog;
    private int _logShown = MemberQueries.LogPage;

    private enum Question
    {
        Remove,
        EndSessions,
    }

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<TenancyText> L => texts;

    private List<MemberRow> Members => [.. _shown!.Members.Where(m => Finds(m.Name) || Finds(m.Email))];

    private List<InvitationRow> Invitations => [.. _shown!.Invitations.Where(i => Finds(i.Email ?? L["members.link"]))];

    protected override bool Shows(ConsoleEvent e) => e is MemberChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var shown = new Shown(
            await queries.ListAsync(ct),
            await queries.InvitationsAsync(ct),
            await numbers.NamesAsync(ct),
            await LogAsync(ct)
        );
        return () => _shown = shown;
    }

    // As much of the log as is open.
    private async Task<IReadOnlyList<MemberLogRow>> LogAsync(CancellationToken ct)
    {
        var rows = new List<MemberLogRow>();
        do
        {
            var page = await queries.LogAsync(rows.Count == 0 ? null : rows[^1].Id, ct);
            rows.AddRange(page.Take(MemberQueries.LogPage));
            if (page.Count <= MemberQueries.LogPage)
            {
                return rows;
            }
        } while (rows.Count <= _logShown);

        return rows;
    }

    private Task OlderAsync()
    {
        _logShown += MemberQueries.LogPage;
        return ReloadAsync();
    }

    private void Invite() => (_dialog, _inviting) = (_dialog + 1, true);

    private void Edit(MemberRow row) => (_dialog, _edited) = (_dialog + 1, row);

    private void Ask(Question question, MemberRow row) => (_asked, _of) = (question, row);

    private async Task SavedAsync()
    {
        Toasts.Show(L["members.saved", _edited!.Name]);
        _edited = null;
        await ReloadAsync();
    }

    private async Task DisableAsync(MemberRow row)
    {
        if (await RunAsync(() => actions.DisableAsync(row.Id, Gone)))
        {
            OfferUndo(L["members.disabled", row.Name], () => actions.EnableAsync(row.Id, Gone));
        }

        await ReloadAsync();
    }

    private async Task EnableAsync(MemberRow row)
    {
        if (await RunAsync(() => actions.EnableAsync(row.Id, Gone)))
        {
            Toasts.Show(L["members.enabled", row.Name]);
        }

        await ReloadAsync();
    }

    private async Task RemoveAsync()
    {
        _asked = null;
        if (await RunAsync(() => actions.RemoveAsync(_of!.Id, Gone)))
        {
            Toasts.Show(L["members.removed", _of!.Name]);
        }

        await ReloadAsync();
    }

    private async Task EndSessionsAsync()
    {
        _asked = null;
        if (await RunAsync(() => actions.EndSessionsAsync(_of!.Id, Gone)))
        {
            Toasts.Show(L["members.sessions-ended", _of!.Name]);
        }

        await ReloadAsync();
    }

    private async Task RevokeAsync(InvitationRow row)
    {
        if (await RunAsync(() => invitations.RevokeAsync(row.Id, Gone)))
        {
            OfferUndo(L["members.revoked"], () => invitations.RestoreAsync(row.Id, Gone));
        }

        await ReloadAsync();
    }

    private bool Finds(string text) => text.Contains(_search.Trim(), StringComparison.CurrentCultureIgnoreCase);

    private sealed record Shown(
        IReadOnlyList<MemberRow> Members,
        IReadOnlyList<InvitationRow> Invitations,
        IReadOnlyList<NumberName> Names,
        IReadOnlyList<MemberLogRow> Log
    );
}
