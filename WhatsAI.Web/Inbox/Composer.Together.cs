using Microsoft.AspNetCore.Components;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Web.Inbox;

/// <param name="Error">Why it was refused.</param>
/// <param name="Ask">Why it should be looked at once more; it goes out if it is sent again.</param>
internal sealed record SendRefusal(string? Error, string? Ask);

/// <summary>Colleagues in the same conversation: seen above the text, and asked about once before two answers go out.</summary>
public sealed partial class Composer
{
    private static readonly TimeSpan _toCustomer = TimeSpan.FromSeconds(7);
    private long? _toldCustomer;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private CollisionWords Collisions { get; set; } = null!;

    /// <summary>What the thread knows of colleagues.</summary>
    [Parameter, EditorRequired]
    public ThreadWatch Watch { get; set; } = null!;

    /// <summary>The colleague who answers now.</summary>
    [Parameter]
    public WatcherRow? Holder { get; set; }

    /// <summary>The colleague who answered a moment ago.</summary>
    [Parameter]
    public string? AnsweredBy { get; set; }

    private string? Strip =>
        Holder is { Doing: Doing.Took } took ? L["together.took", took.Name].Value
        : Holder is { } writes ? L["together.answers", writes.Name].Value
        : AnsweredBy is { } name ? L["together.answered-now", name].Value
        : null;

    private AnswerGuard? Guard(ConversationId conversation, bool despite, double waited) =>
        despite ? null : Watch.Guard(conversation, TimeSpan.FromMilliseconds(double.IsFinite(waited) ? Math.Clamp(waited, 0, 1e9) : 0));

    private async Task<SendRefusal?> RefusalAsync(QueueAnswer answer)
    {
        if (answer is QueueAnswer.Collided { Why: var why })
        {
            return new SendRefusal(null, await Collisions.OfAsync(why, Gone));
        }

        Watch.Answered();
        return null;
    }

    // Colleagues hear of it every few seconds, the customer more seldom: each beat of his is a call to the gateway.
    private bool TellsCustomer()
    {
        if (_toldCustomer is { } told && Time.GetElapsedTime(told) < _toCustomer)
        {
            return false;
        }

        _toldCustomer = Time.GetTimestamp();
        return true;
    }
}
