using WhatsAI.Core.Instances;

namespace WhatsAI.Web.Instances;

/// <summary>
/// Where each card stands. Cards change in place at once; they change places at most every five seconds, and never while somebody points at the wall or has
/// the focus in it. What is new comes last until then.
/// </summary>
public sealed class WallOrder(TimeProvider time)
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private List<InstanceId> _places = [];
    private long? _sortedAt;

    /// <summary>Whether somebody points at the wall or has the focus in it.</summary>
    public bool IsHeld { get; set; }

    public IReadOnlyList<NumberCardView> Place(IReadOnlyList<NumberCardView> cards)
    {
        if (_sortedAt is null || (!IsHeld && time.GetElapsedTime(_sortedAt.Value) >= Pause))
        {
            _sortedAt = time.GetTimestamp();
            _places = [.. NumberOrder.WorstFirst(cards, c => c.Gravity, c => c.Row.Name).Select(c => c.Row.Id)];
        }

        var byId = cards.ToDictionary(c => c.Row.Id);
        _places.AddRange(cards.Select(c => c.Row.Id).Except(_places).ToList());
        _places.RemoveAll(id => !byId.ContainsKey(id));
        return [.. _places.Select(id => byId[id])];
    }
}
