using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>What the gateway reported about a number, raw, with a way to process an event again.</summary>
public sealed partial class EventLog(JournalQueries queries, JournalActions actions, IStringLocalizer<InstancesText> texts)
{
    private const int Page = 20;
    private static readonly string[] _names =
    [
        "messages.upsert",
        "messages.update",
        "messages.edited",
        "messages.delete",
        "send.message",
        "connection.update",
        "qrcode.updated",
        "status.instance",
        "contacts.update",
        "presence.update",
        "call",
    ];

    private IReadOnlyList<JournalRow>? _rows;
    private JournalPayload? _payload;
    private string _event = "";
    private bool _problems;
    private int _shown = Page;
    private bool _more;
    private bool _open;

    [Parameter, EditorRequired]
    public InstanceId Id { get; set; }

    protected override object Key => Id;

    // A busy number has hundreds of events a second; nobody reads that fast.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    private IStringLocalizer<InstancesText> L => texts;

    private bool IsFiltered => _event.Length > 0 || _problems;

    private IReadOnlyList<Segment<bool>> Kinds => [new(false, L["events.all"]), new(true, L["events.problems"])];

    protected override bool Shows(ConsoleEvent e) => e is JournalChanged changed && changed.InstanceId == Id;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.ListAsync(Id, new JournalFilter(_event, _problems), _shown + 1, ct);
        return () => (_rows, _more) = ([.. rows.Take(_shown)], rows.Count > _shown);
    }

    private Task FilterAsync(ChangeEventArgs e)
    {
        (_event, _shown) = (e.Value?.ToString()?.Trim() ?? "", Page);
        return ReloadAsync();
    }

    private Task ProblemsAsync(bool only)
    {
        (_problems, _shown) = (only, Page);
        return ReloadAsync();
    }

    private Task OlderAsync()
    {
        _shown = Math.Min(_shown * 2, 199);
        return ReloadAsync();
    }

    private async Task OpenAsync(long id)
    {
        _open = await RunAsync(async () => _payload = await queries.PayloadAsync(id, Gone));
    }

    private async Task ReplayAsync()
    {
        if (await RunAsync(() => actions.ReplayAsync(_payload!.Row.Id, Gone)))
        {
            Toasts.Show(L["events.replayed"]);
            _open = false;
        }

        await ReloadAsync();
    }

    private (Tone Tone, string Icon, string Text) Look(JournalRow row) =>
        row switch
        {
            { Problem: "unreadable" or "unknown" or "refused" } => (Tone.Warn, "warning", L[$"events.problem.{row.Problem}"]),
            { Problem: not null } => (Tone.Critical, "error", L["events.problem.other"]),
            { DoneAt: null } => (Tone.Info, "hourglass_top", L["events.waiting"]),
            _ => (Tone.Ok, "check_circle", L["events.done"]),
        };

    private static string Size(int bytes) =>
        bytes < 1024
            ? string.Create(CultureInfo.CurrentCulture, $"{bytes} B")
            : string.Create(CultureInfo.CurrentCulture, $"{bytes / 1024.0:0.#} KB");
}
