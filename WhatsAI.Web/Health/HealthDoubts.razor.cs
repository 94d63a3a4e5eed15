using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Health;

/// <summary>Messages of which nobody knows whether they went out, and what a person can do: look into the conversation, or send again.</summary>
public sealed partial class HealthDoubts(HealthQueries queries, ReplyActions actions, IStringLocalizer<HealthText> texts)
{
    private IReadOnlyList<DoubtRow>? _rows;
    private DoubtRow? _asked;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<HealthText> L => texts;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) => e is MessageChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.DoubtsAsync(ct);
        return () => _rows = rows;
    }

    private async Task ResendAsync()
    {
        if (_asked is { Id: var id })
        {
            _asked = null;
            if (await RunAsync(() => actions.ResendAsync(id, Gone)))
            {
                Toasts.Show(L["doubts.resent"]);
            }

            await ReloadAsync();
        }
    }
}
