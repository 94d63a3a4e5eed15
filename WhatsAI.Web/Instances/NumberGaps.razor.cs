using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>Up to when a number's messages are complete, what was recovered, and a way to ask for more.</summary>
public sealed partial class NumberGaps(GapQueries queries, GapActions actions, CurrentMember member, IStringLocalizer<InstancesText> texts)
{
    private const int Shown = 5;
    private static readonly (string Key, TimeSpan Back)[] _spans =
    [
        ("hour", TimeSpan.FromHours(1)),
        ("day", TimeSpan.FromDays(1)),
        ("week", TimeSpan.FromDays(7)),
    ];

    private static readonly Dictionary<string, object> _askState = new(StringComparer.Ordinal) { ["data-ask"] = "" };
    private IReadOnlyList<GapRow>? _rows;
    private bool _mayAsk;

    [Parameter, EditorRequired]
    public InstanceId Id { get; set; }

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    protected override object Key => Id;

    private IStringLocalizer<InstancesText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is GapChanged changed && changed.InstanceId == Id;

    protected override void OnInitialized() => _mayAsk = member.Allows(Permission.NumbersManage);

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.ListAsync(Id, Shown, ct);
        return () => _rows = rows;
    }

    private async Task AskAsync(TimeSpan back)
    {
        if (await RunAsync(() => actions.AskAsync(Id, back, Gone)))
        {
            Toasts.Show(L["gaps.asked"]);
        }

        await ReloadAsync();
    }
}
