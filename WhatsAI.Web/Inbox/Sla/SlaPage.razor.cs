using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox.Labels;

namespace WhatsAI.Web.Inbox.Sla;

/// <summary>How fast it has to go: for everybody, for teams, for priorities.</summary>
public sealed partial class SlaPage(
    SlaQueries queries,
    SlaActions actions,
    IStringLocalizer<SlaText> texts,
    IStringLocalizer<InboxText> words
)
{
    private IReadOnlyList<SlaTargetRow>? _targets;
    private IReadOnlyList<(TeamId Id, string Name)> _teams = [];
    private SlaTargetRow? _edited;
    private SlaTargetRow? _deleting;
    private bool _editing;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<SlaText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is TenantSettingsChanged or TeamsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var targets = await queries.ListAsync(ct);
        var teams = await queries.TeamsAsync(ct);
        return () => (_targets, _teams) = (targets, teams);
    }

    private string Name(SlaTargetRow target)
    {
        string[] parts =
        [
            .. target.TeamName is { } team ? [L["of-team", team].Value] : Array.Empty<string>(),
            .. target.Priority is { } priority
                ? [L["of-priority", words[Priorities.Key(priority)].Value.ToLowerInvariant()].Value]
                : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? L["everybody"] : string.Join(" · ", parts);
    }

    private void Edit(SlaTargetRow? target) => (_edited, _editing) = (target, true);

    private async Task SavedAsync()
    {
        _editing = false;
        Toasts.Show(L["saved"]);
        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        if (_deleting is not { } target)
        {
            return;
        }

        _deleting = null;
        if (await RunAsync(() => actions.DeleteAsync(target.Id, Gone)))
        {
            Toasts.Show(L["deleted"]);
        }

        await ReloadAsync();
    }
}
