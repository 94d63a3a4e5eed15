using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>A conversation that is open in one window of a member. Belongs to that window's circuit; disposing it says that it was left.</summary>
public sealed class WatchedConversation : IDisposable
{
    private readonly Watchers _watchers;
    private readonly TimeProvider _time;
    private readonly Watching _viewing;
    private readonly Lock _gate = new();
    private Doing _doing = Doing.Viewing;
    private long _saidAt;
    private long _actedAt;
    private bool _left;

    internal WatchedConversation(Watchers watchers, TimeProvider time, Watching viewing)
    {
        (_watchers, _time, _viewing) = (watchers, time, viewing);
        Say(Doing.Viewing);
    }

    /// <summary>The member wrote a letter just now. Called as often as the browser says so, every few seconds.</summary>
    public void Type() => Say(_doing == Doing.Took ? Doing.Took : Doing.Typing);

    /// <summary>The member answers this conversation, whoever else began to.</summary>
    public void Take() => Say(Doing.Took);

    /// <summary>The member's answer is in the ledger: nobody need wait for it any more.</summary>
    public void Answered()
    {
        if (_doing != Doing.Viewing)
        {
            Say(Doing.Viewing);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_left)
            {
                return;
            }

            _left = true;
            _watchers.Left(this, _viewing with { Doing = null });
        }
    }

    /// <summary>Once a second: says again what is so, or that it is no longer.</summary>
    internal void Tick()
    {
        var idle = _time.GetElapsedTime(_actedAt);
        if (_doing == Doing.Took && idle >= ReplyLease.TookFor)
        {
            Say(Doing.Viewing);
        }
        else if (_doing == Doing.Typing && idle >= Watchers.TypingFades)
        {
            // Every copy sees for itself that it fades.
            _doing = Doing.Viewing;
        }
        else if (_time.GetElapsedTime(_saidAt) >= Watchers.Beat)
        {
            Say(_doing, acted: false);
        }
    }

    private void Say(Doing doing, bool acted = true)
    {
        lock (_gate)
        {
            if (_left)
            {
                return;
            }

            (_doing, _saidAt) = (doing, _time.GetTimestamp());
            _actedAt = acted ? _saidAt : _actedAt;
            _watchers.Say(_viewing with { Doing = doing });
        }
    }
}
