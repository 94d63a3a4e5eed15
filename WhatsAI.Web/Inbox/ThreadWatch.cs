using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Inbox;

/// <summary>What an open thread and its colleagues tell each other: who looks, who writes, who answers.</summary>
public sealed class ThreadWatch(WatcherRows rows, CurrentMember member, ConversationId conversation) : IDisposable
{
    private WatchedConversation? _open;

    /// <summary>The others who have it open.</summary>
    public IReadOnlyList<WatcherRow> Colleagues { get; private set; } = [];

    /// <summary>Who answers it now; null: nobody, or oneself.</summary>
    public WatcherRow? Holder { get; private set; }

    public ValueTask<WatcherSnapshot> ReadAsync(CancellationToken ct) => rows.OfAsync(member.TenantId, ct);

    public void Show(WatcherSnapshot snapshot)
    {
        var all = snapshot.In(conversation);
        Colleagues = [.. all.Where(w => w.User != member.UserId)];
        var holder = ReplyLease.Holder(all.Select(w => new Colleague(w.User, w.Doing, w.Since)));
        Holder = Colleagues.FirstOrDefault(w => w.User == holder?.User);
    }

    /// <summary>The tab is in front, or no longer: who does not see it is not looking.</summary>
    public void See(bool visible)
    {
        if (visible)
        {
            _open ??= rows.Open(member, conversation);
        }
        else
        {
            Dispose();
        }
    }

    public void Type() => _open?.Type();

    public void Take() => _open?.Take();

    /// <summary>What was sent is in the ledger.</summary>
    public void Answered() => _open?.Answered();

    /// <param name="of">Which conversation the answer goes to: what was sent before another was opened still comes through here.</param>
    /// <param name="waited">For how long it has been on its way.</param>
    public AnswerGuard Guard(ConversationId of, TimeSpan waited) => rows.Guard(member.TenantId, of, waited);

    public void Dispose()
    {
        _open?.Dispose();
        _open = null;
    }
}
