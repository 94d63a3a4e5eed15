using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances.Tape;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;
using WhatsAI.Web.Instances.Pools.Alerts;

namespace WhatsAI.Web.Instances.Tape;

/// <summary>A number's black box: one axis for all that it did, that was seen of it and that was done with it. Its window stands in the address.</summary>
public sealed partial class TapePage(
    TapeQueries queries,
    NavigationManager navigation,
    IStringLocalizer<TapeText> texts,
    IStringLocalizer<InstancesText> numberTexts,
    IStringLocalizer<PoolsText> poolTexts,
    IStringLocalizer<AlertsText> alertTexts
)
{
    private const int Page = 30;
    private const int Steps = 7 * 24 * 4;

    private readonly TapeWords _words = new(texts, numberTexts, poolTexts, alertTexts);
    private TapeView _view = null!;
    private NumberTape? _tape;
    private InstanceId _number;
    private IReadOnlyList<TapeEvent> _rows = [];
    private DateTimeOffset _now;
    private bool _more;
    private bool _missing;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? Span { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery]
    public string? At { get; set; }

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<TapeText> L => texts;

    private IStringLocalizer<InstancesText> N => numberTexts;

    protected override object Key => (Id, _view.Zoom, _view.End);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    private IReadOnlyList<Segment<TapeZoom>> Zooms =>
        [.. Enum.GetValues<TapeZoom>().Select(z => new Segment<TapeZoom>(z, L[$"zoom.{TapeView.Word(z)}"]))];

    private DateTimeOffset? _at => _view.At;

    private int Step => Math.Clamp((int)Math.Round((_tape!.To - (_now - TapeQueries.Back)) / TapeQueries.Back * Steps), 0, Steps);

    protected override void OnParametersSet() => _view = TapeView.Read(Span, To, At);

    // What is over does not change any more.
    protected override bool Shows(ConsoleEvent e) =>
        To is null && ((e is InstanceChanged i && i.InstanceId.ToString() == Id) || e is PoolChanged or AlertsChanged or MessageChanged);

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var (view, now) = (_view, Time.GetUtcNow());
        var (from, to) = view.Window(now);
        var number = Core.Common.Id.TryParse<InstanceId>(Id, out var id) ? id : default;
        var tape = await queries.ReadAsync(number, from, to, ct);
        var rows = tape is null ? [] : await queries.ListAsync(number, from, to, before: null, Page + 1, ct);
        return () =>
        {
            (_tape, _missing, _number, _now) = (tape, tape is null, number, now);
            (_rows, _more) = ([.. rows.Take(Page)], rows.Count > Page);
        };
    }

    private async Task OlderAsync()
    {
        var rows = await queries.ListAsync(_number, _tape!.From, _tape.To, _rows[^1].Key, Page + 1, Gone);
        (_rows, _more) = ([.. _rows, .. rows.Take(Page)], rows.Count > Page);
    }

    private void Go(TapeView view) => navigation.NavigateTo(view.Path(Shell, _number), replace: true);

    private void Look(DateTimeOffset at) => Go(_view.Looking(at, _now));

    private void ScrubAsync(ChangeEventArgs e)
    {
        if (int.TryParse(e.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var step))
        {
            Go(_view with { End = step >= Steps ? null : _now - TapeQueries.Back + (TapeQueries.Back * step / Steps), At = null });
        }
    }

    private void Step_Key(string key)
    {
        switch (key)
        {
            case "ArrowLeft":
                Move(-1);
                break;
            case "ArrowRight":
                Move(1);
                break;
            case "+":
                Go(_view.Zoomed((TapeZoom)Math.Max(0, (int)_view.Zoom - 1)));
                break;
            case "-":
                Go(_view.Zoomed((TapeZoom)Math.Min((int)TapeZoom.Week, (int)_view.Zoom + 1)));
                break;
            default:
                break;
        }
    }

    /// <summary>To the event before or after the moment that is looked at.</summary>
    private void Move(int direction)
    {
        var at = _at ?? _tape!.To;
        var moments = _tape!.Events.Select(e => e.At).Distinct().Order();
        var next = direction < 0 ? moments.LastOrDefault(m => m < at) : moments.FirstOrDefault(m => m > at);
        if (next != default)
        {
            Look(next);
        }
    }

    private TapeSpan<T>? Known<T>(IReadOnlyList<TapeSpan<T>> spans) =>
        spans.Count == 0 ? null
        : _at is { } at ? spans.LastOrDefault(s => s.From <= at) ?? spans[0]
        : spans[^1];

    private TapeTraffic? PartAt() =>
        _at is { } at ? _tape!.Traffic.LastOrDefault(t => t.At <= at && at < t.At + _tape.Each)
        : _tape!.Traffic.Count > 0 ? _tape.Traffic[^1]
        : null;

    private TapeEvent? LastAt() =>
        _at is { } at ? _tape!.Events.FirstOrDefault(e => e.At <= at)
        : _tape!.Events.Count > 0 ? _tape.Events[0]
        : null;

    private string Share(DateTimeOffset at) => Percent((at - (_now - TapeQueries.Back)) / TapeQueries.Back);

    private static string Percent(double share) => (Math.Clamp(share, 0, 1) * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}
