namespace WhatsAI.Core.Instances;

public static class InstanceStates
{
    /// <summary>No reconnect mends it: a person must scan, wait or replace the chip.</summary>
    public static bool IsGrave(this InstanceState state) =>
        state is InstanceState.LoggedOut or InstanceState.Restricted or InstanceState.Banned;

    /// <summary>Known to have no session. One that is connecting, or of which nothing is known, is not closed.</summary>
    public static bool IsClosed(this InstanceState state) => state is InstanceState.Disconnected || state.IsGrave();
}
