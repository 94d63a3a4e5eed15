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
    [Parameter, EditorRequired]
    public DraftWork Work { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter, EditorRequired]
    public ScheduleInput Input { get; set; } = new();

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
        if (Input.Zone.Length == 0 || draft.Schedule != Input.Shown)
        {
            Input.Shown = draft.Schedule;
            Input.Later = Input.Shown is not null || (Input.Later && Input.Zone.Length > 0);
            Input.At = Input.Shown?.Local ?? Input.At;
            Input.Zone = Input.Shown?.Zone ?? Shell.TimeZone.Id;
            Input.Late = Input.Shown?.Late ?? Input.Late;
            Input.Minutes = Input.Shown is { Late: LateStart.SendIfSoon, MostLate: var most } ? most : Input.Minutes;
            Input.Problem = Starts <= time.GetUtcNow() ? Rules["launch-bad.time-over"].Value : null;
        }

        if (Input.Spans is null || !Input.Spans.SequenceEqual(draft.Hours))
        {
            Input.Spans = draft.Hours;
            Input.Own |= Input.Spans.Count > 0;
            foreach (var day in PoolDraft.Week)
            {
                Input.Days[day] = OpenSpans.Write(Input.Spans.Where(s => s.Day == day));
            }
        }
    }

    private async Task NowAsync()
    {
        (Input.Later, Input.Problem) = (false, null);
        if (Work.Draft.Schedule is not null)
        {
            await OnStart.InvokeAsync(null);
        }
    }

    private Task LateAsync(LateStart late)
    {
        Input.Late = late;
        return SaveAsync();
    }

    /// <summary>As soon as there is a time; what cannot be is said beside it, and stays as it was typed.</summary>
    private async Task SaveAsync()
    {
        if (Input.At is not { } at)
        {
            Input.Problem = L["start.missing"];
            return;
        }

        var schedule = new CampaignSchedule(
            DateTime.SpecifyKind(at, DateTimeKind.Unspecified),
            Input.Zone,
            Input.Late,
            Input.Late == LateStart.SendIfSoon ? Input.Minutes : 0
        );
        try
        {
            schedule.Checked(time.GetUtcNow());
            Input.Problem = null;
        }
        catch (RuleException broken)
        {
            Input.Problem = TextOf(broken);
            return;
        }

        await OnStart.InvokeAsync(schedule);
    }

    private Task OwnAsync(bool own)
    {
        (Input.Own, Input.HoursProblem) = (own, null);
        return own || Work.Draft.Hours.Count == 0 ? Task.CompletedTask : SaveHoursAsync([]);
    }

    private Task HoursAsync(DayOfWeek day, string? typed)
    {
        Input.Days[day] = typed ?? "";
        try
        {
            OpenSpan[] spans = [.. PoolDraft.Week.SelectMany(d => OpenSpans.Parse(d, Input.Days[d]))];
            Input.HoursProblem = null;
            return SaveHoursAsync(spans);
        }
        catch (RuleException broken)
        {
            Input.HoursProblem = TextOf(broken);
            return Task.CompletedTask;
        }
    }

    private async Task SaveHoursAsync(IReadOnlyList<OpenSpan> spans)
    {
        // As it will be kept, so that what comes back is no news.
        Input.Spans = spans;
        if (!await OnHours(spans))
        {
            Input.Spans = Work.Draft.Hours;
        }
    }
}
