using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Health;

/// <summary>Messages of which nobody knows whether they went out, and what a person can do: look into the conversation, or send again.</summary>
public sealed partial class HealthDoubts(HealthQueries queries, RepeatActions actions)
{
    private IReadOnlyList<DoubtRow>? _rows;
    private DoubtRow? _asked;

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
            await DoAsync(() => actions.ResendAsync(id, Gone), () => L["doubts.resent"]);
        }
    }
}
