using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Health;

/// <summary>Files that could not be fetched from their gateway.</summary>
public sealed partial class HealthFiles(HealthQueries queries, MediaActions actions, IStringLocalizer<HealthText> texts)
{
    private IReadOnlyList<LostFileRow>? _rows;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<HealthText> L => texts;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) => e is MessageChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.LostFilesAsync(ct);
        return () => _rows = rows;
    }

    private async Task RetryAsync(MessageId id)
    {
        if (await RunAsync(() => actions.RetryAsync(id, Gone)))
        {
            Toasts.Show(L["files.retried"]);
        }

        await ReloadAsync();
    }
}
