using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>When it begins, and in which hours it goes on.</summary>
public sealed partial class ScheduleStep(TimeProvider time, IStringLocalizer<DraftsText> texts)
{
    private readonly Dictionary<DayOfWeek, string> _days = PoolDraft.Week.ToDictionary(d => d, _ => "");
    private CampaignSchedule? _shown;
    private IReadOnlyList<OpenSpan>? _spans;
    private DateTime? _at;
    private string _zone = "";
    private LateStart _late = LateStart.Ask;
    private int _minutes = 60;
    private string? _problem;
    private string? _hoursProblem;
    private bool _later;
    private bool _own;

    [Parameter, EditorRequired]
    public DraftWork Work { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    /// <summary>Null: at launch.</summary>
    [Parameter]
    public EventCallback<CampaignSchedule?> OnStart { get; set; }

    /// <summary>False: it was refused.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyList<OpenSpan>, Task<bool>> OnHours { get; set; } = null!;

    private IStringLocalizer<DraftsText> L => texts;

    private DateTimeOffset? Starts => Work.Draft.Schedule?.StartsAt();

    // What is being typed stays; what somebody else saved is shown.
    protected override void OnParametersSet()
    {
        var draft = Work.Draft;
        if (_zone.Length == 0 || draft.Schedule != _shown)
        {
            _shown = draft.Schedule;
            _later = _shown is not null || (_later && _zone.Length > 0);
            _at = _shown?.Local ?? _at;
            _zone = _shown?.Zone ?? Shell.TimeZone.Id;
            _late = _shown?.Late ?? _late;
            _minutes = _shown is { Late: LateStart.SendIfSoon, MostLate: var most } ? most : _minutes;
            _problem = Starts <= time.GetUtcNow() ? Rules["launch-bad.time-over"].Value : null;
        }

        if (_spans is null || !_spans.SequenceEqual(draft.Hours))
        {
            _spans = draft.Hours;
            _own |= _spans.Count > 0;
            foreach (var day in PoolDraft.Week)
            {
                _days[day] = OpenSpans.Write(_spans.Where(s => s.Day == day));
            }
        }
    }

    private async Task NowAsync()
    {
        (_later, _problem) = (false, null);
        if (Work.Draft.Schedule is not null)
        {
            await OnStart.InvokeAsync(null);
        }
    }

    private Task LateAsync(LateStart late)
    {
        _late = late;
        return SaveAsync();
    }

    /// <summary>As soon as there is a time; what cannot be is said beside it, and stays as it was typed.</summary>
    private async Task SaveAsync()
    {
        if (_at is not { } at)
        {
            return;
        }

        var schedule = new CampaignSchedule(
            DateTime.SpecifyKind(at, DateTimeKind.Unspecified),
            _zone,
            _late,
            _late == LateStart.SendIfSoon ? _minutes : 0
        );
        try
        {
            schedule.Checked(time.GetUtcNow());
            _problem = null;
        }
        catch (RuleException broken)
        {
            _problem = TextOf(broken);
            return;
        }

        await OnStart.InvokeAsync(schedule);
    }

    private Task OwnAsync(bool own)
    {
        (_own, _hoursProblem) = (own, null);
        return own || Work.Draft.Hours.Count == 0 ? Task.CompletedTask : SaveHoursAsync([]);
    }

    private Task HoursAsync(DayOfWeek day, string? typed)
    {
        _days[day] = typed ?? "";
        try
        {
            OpenSpan[] spans = [.. PoolDraft.Week.SelectMany(d => OpenSpans.Parse(d, _days[d]))];
            _hoursProblem = null;
            return SaveHoursAsync(spans);
        }
        catch (RuleException broken)
        {
            _hoursProblem = TextOf(broken);
            return Task.CompletedTask;
        }
    }

    private async Task SaveHoursAsync(IReadOnlyList<OpenSpan> spans)
    {
        // As it will be kept, so that what comes back is no news.
        _spans = spans;
        if (!await OnHours(spans))
        {
            _spans = Work.Draft.Hours;
        }
    }
}
