using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox.Notes;

namespace WhatsAI.Web.Inbox;

/// <summary>
/// Where an agent writes. What is typed lives in the browser (composer.js): the draft, and what was sent but not yet taken here, so that neither a lost link
/// nor a reload loses a word.
/// </summary>
public sealed partial class Composer(
    ReplyActions replies,
    MessageChangeActions changes,
    MediaActions media,
    IStringLocalizer<InboxText> texts,
    IStringLocalizer<NoteText> noteTexts
) : ConsoleComponent
{
    private ComposerBrowser? _browser;
    private ElementReference _root;
    private Task _typing = Task.CompletedTask;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Parameter, EditorRequired]
    public ConversationId Conversation { get; set; }

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public UserId Me { get; set; }

    /// <summary>The number it goes through, as it is now.</summary>
    [Parameter]
    public InboxNumber? Number { get; set; }

    /// <summary>The customer's name.</summary>
    [Parameter]
    public string Title { get; set; } = "";

    /// <summary>Only where it is known: <see cref="Title"/> may be a phone number.</summary>
    [Parameter]
    public string? ContactName { get; set; }

    [Parameter]
    public MessageRow? ReplyTo { get; set; }

    [Parameter]
    public MessageRow? Editing { get; set; }

    /// <summary>Sent, or given up.</summary>
    [Parameter]
    public EventCallback OnDone { get; set; }

    /// <summary>Asks through which other number to go on.</summary>
    [Parameter]
    public EventCallback OnContinue { get; set; }

    [Parameter]
    public EventCallback<string> OnEdited { get; set; }

    [Parameter]
    public EventCallback<(ConversationId Id, string Draft)> OnDraft { get; set; }

    private IStringLocalizer<InboxText> L => texts;

    private IStringLocalizer<NoteText> N => noteTexts;

    private bool Sends => Number is { Deleted: false, State: InstanceState.Open };

    private string StateKey => Number is { Deleted: false } ? $"number.{Number.State.ToString().ToLowerInvariant()}" : "number.deleted";

    private string Quoted =>
        (Editing ?? ReplyTo) switch
        {
            null => "",
            { Body: NoteBody note } row => HeadRules.Preview(note.Reading(row.Mentioned)),
            { } row => MessagePreview.Words(row.Kind, row.Text, L),
        };

    public Task FocusAsync() => _browser?.FocusAsync() ?? Task.CompletedTask;

    /// <summary>An answer is to be written, whatever was written before.</summary>
    public Task ReplyAsync() => _browser?.ReplyAsync() ?? Task.CompletedTask;

    /// <param name="text">As it is.</param>
    /// <param name="isNote">Known in the browser before anything of it can be sent.</param>
    public Task EditAsync(string text, bool isNote) => _browser?.EditAsync(text, isNote) ?? Task.CompletedTask;

    public override Task SetParametersAsync(ParameterView parameters) =>
        parameters.Change(this, () => (Conversation, Shell, Me, Number, Title, ContactName, ReplyTo, Editing, Watch, Holder, AnsweredBy))
            ? base.SetParametersAsync(ParameterView.Empty)
            : Task.CompletedTask;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _browser = new ComposerBrowser(this);
            await _browser.AttachAsync(Js, _root, Options(), Gone);
        }
    }

    protected override async ValueTask LeaveAsync()
    {
        _files.ForEach(f => f.Dispose());
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }

    /// <summary>Null when it was taken; else why not, in words. A message sent into another conversation before it was left comes here too.</summary>
    /// <param name="despite">He was asked, and sends it all the same.</param>
    /// <param name="waited">Milliseconds since the click.</param>
    internal async Task<SendRefusal?> SendTextAsync(
        Guid key,
        ConversationId conversation,
        string text,
        MessageId? replyTo,
        bool despite,
        double waited
    )
    {
        try
        {
            var answer = await replies.AnswerTextAsync(conversation, key, text, replyTo, Guard(conversation, despite, waited), Gone);
            if (await RefusalAsync(answer) is { } refusal)
            {
                return refusal;
            }
        }
        catch (RuleException broken)
        {
            return new SendRefusal(TextOf(broken), null);
        }

        await DoneAsync(conversation, replyTo);
        return null;
    }

    internal Task DraftAsync(string draft) => OnDraft.InvokeAsync((Conversation, draft));

    internal async Task CancelAsync()
    {
        await OnDone.InvokeAsync();
        await FocusAsync();
    }

    /// <summary>Tells colleagues and the customer; one beat at a time.</summary>
    internal Task TypeAsync()
    {
        Watch.Type();
        if (_typing.IsCompleted && Sends && TellsCustomer())
        {
            _typing = TypeQuietlyAsync();
        }

        return Task.CompletedTask;
    }

    private async Task TypeQuietlyAsync()
    {
        try
        {
            await changes.TypeAsync(Conversation, Gone);
        }
        catch (Exception e) when (e is OperationCanceledException or RuleException)
        {
            // A courtesy only.
        }
    }

    // What was sent from another conversation, or before another reply or edit was begun, ends neither.
    private Task DoneAsync(ConversationId conversation, MessageId? replyTo) =>
        conversation == Conversation && Editing is null && replyTo == ReplyTo?.Id ? OnDone.InvokeAsync() : Task.CompletedTask;

    private static void Nothing() { }

    private ComposerOptions Options() =>
        new(
            $"inbox/{Me}/{Shell.TenantSlug}",
            Conversation.Value.ToString(),
            MessageLimits.Text,
            Shell.TimeZone.Id,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["tooLong"] = L["too-long", MessageLimits.Text],
                ["waiting"] = L["delivery.queued"],
                ["retry"] = L["retry"],
                ["once"] = L["together.once"],
                ["despite"] = L["together.despite"],
                ["back"] = L["together.back"],
                ["discard"] = L["discard"],
                ["search"] = L["emoji.search"],
                ["none"] = L["emoji.none"],
                ["unfilled"] = L["canned.unfilled"],
            }
        );
}
