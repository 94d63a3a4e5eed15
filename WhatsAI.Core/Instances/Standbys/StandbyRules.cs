using WhatsAI.Core.Messaging;

namespace WhatsAI.Core.Instances.Standbys;

/// <summary>What becomes of a session that was left at the other server, now that this one answers.</summary>
public enum OldSession
{
    /// <summary>The number is not linked here yet, and there is nothing better there.</summary>
    Leave,

    /// <summary>Nobody has scanned here, and the old session is alive again: the number goes back to it, and nobody need scan.</summary>
    Return,

    /// <summary>The number is linked here: two sessions of one number would take each other's place for ever (440).</summary>
    Remove,

    /// <summary>That server knows nothing of it any more.</summary>
    Gone,
}

/// <summary>When a number changes its gateway server by itself, and what is done with what it left behind.</summary>
public static class StandbyRules
{
    /// <param name="after">See <see cref="Standby.After"/>.</param>
    /// <param name="failedProbes">In a row, this one included.</param>
    /// <param name="standbyAnswers">The other server answers now and takes the key. Where none answers, it is our own network.</param>
    public static bool Moves(int? after, int failedProbes, bool standbyAnswers) => after <= failedProbes && standbyAnswers;

    /// <param name="here">The number's state at the server it is at now.</param>
    /// <param name="there">What the other server says of the old session; null: it does not know it.</param>
    /// <param name="movedByItself">A person who changed servers meant it.</param>
    public static OldSession Of(InstanceState here, LinkState? there, bool movedByItself) =>
        (here, there) switch
        {
            (_, null) => OldSession.Gone,
            (InstanceState.Open, _) => OldSession.Remove,
            (_, LinkState.Open) when movedByItself => OldSession.Return,
            _ => OldSession.Leave,
        };
}
