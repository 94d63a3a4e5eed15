using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Later;

/// <summary>What waits in the open conversation: until when it is snoozed, and what goes out when.</summary>
public sealed partial class LaterStrip(
    ScheduledMessageQueries queries,
    ScheduledMessageActions actions,
    CurrentMember member,
    IStringLocalizer<LaterText> texts
)
{
    private IReadOnlyList<ScheduledMessageRow> _rows = [];
    private ScheduledMessageRow? _editing;
    private ScheduledMessageRow? _dropping;
    private bool _mayReply;

    [Parameter, EditorRequired]
    public ConversationId Conversation { get; set; }

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    /// <summary>The conversation as it is now.</summary>
    [Parameter, EditorRequired]
    public ConversationRow Row { get; set; } = null!;

    /// <summary>The member may, and there is a number to send through.</summary>
    [Parameter]
    public bool MayReply { get; set; }

    /// <summary>The member may bring a snoozed conversation back.</summary>
    [Parameter]
    public bool MayWake { get; set; }

    [Parameter]
    public EventCallback OnWake { get; set; }

    private IStringLocalizer<LaterText> L => texts;

    public override Task SetParametersAsync(ParameterView parameters) =>
        parameters.Change(this, () => (Conversation, Shell, Row, MayReply, MayWake))
            ? base.SetParametersAsync(ParameterView.Empty)
            : Task.CompletedTask;

    protected override bool Shows(ConsoleEvent e) => e is ScheduledMessagesChanged s && s.ConversationId == Conversation;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.OfAsync(Conversation, ct);
        return () => (_rows, _mayReply) = (rows, member.Allows(Permission.ConversationsReply));
    }

    private string When(DateTimeOffset at) => ClockTime.Of(at, Time.GetUtcNow(), Shell.TimeZone);

    private TimeZoneInfo ZoneOf(ScheduledMessageRow row) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(row.Zone, out var zone) ? zone : Shell.TimeZone;

    private Task NowAsync(ScheduledMessageRow row) => RunAsync(() => actions.SendNowAsync(row.Id, row.Version, Gone));

    /// <summary>What can still go out at its time is cancelled with an undo; what cannot is asked for.</summary>
    private async Task DropAsync(ScheduledMessageRow row)
    {
        if (row.State == ScheduledState.Held)
        {
            _dropping = row;
        }
        else if (await RunAsync(() => actions.CancelAsync(row.Id, row.Version, Gone)))
        {
            OfferUndo(L["strip.dropped"], () => actions.CreateAsync(Conversation, row.Id, WordsOf(row), row.File, Gone));
        }
    }

    private async Task DiscardAsync()
    {
        if (_dropping is { } row)
        {
            _dropping = null;
            await RunAsync(() => actions.CancelAsync(row.Id, row.Version, Gone));
        }
    }

    private ScheduledWords WordsOf(ScheduledMessageRow row) =>
        new(row.Text, TimeZoneInfo.ConvertTime(row.DueAt, ZoneOf(row)).DateTime, row.Zone, row.CancelsOnReply);
}
