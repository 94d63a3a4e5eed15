using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Media;

namespace WhatsAI.Web.Health;

/// <summary>Files that could not be fetched from their gateway.</summary>
public sealed partial class HealthFiles(HealthQueries queries, MediaActions actions)
{
    private IReadOnlyList<LostFileRow>? _rows;

    protected override bool Shows(ConsoleEvent e) => e is MessageChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.LostFilesAsync(ct);
        return () => _rows = rows;
    }

    private Task RetryAsync(MessageId id) => DoAsync(() => actions.RetryAsync(id, Gone), () => L["files.retried"]);
}
