using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Instances;

namespace WhatsAI.Tests.Instances;

public sealed class WallOrderTests
{
    private readonly ManualTime _time = new();
    private readonly InstanceId _a = new(Guid.CreateVersion7());
    private readonly InstanceId _b = new(Guid.CreateVersion7());
    private readonly InstanceId _c = new(Guid.CreateVersion7());

    [Fact]
    public void First_order_is_worst_first()
    {
        var order = new WallOrder(_time);

        Names(order, Card(_a, "A"), Card(_b, "B", InstanceState.Banned)).ShouldBe(["B", "A"]);
    }

    [Fact]
    public void Places_change_only_after_five_seconds()
    {
        var order = new WallOrder(_time);
        Names(order, Card(_a, "A"), Card(_b, "B"));

        Names(order, Card(_a, "A"), Card(_b, "B", InstanceState.Banned)).ShouldBe(["A", "B"]);
        _time.Advance(WallOrder.Pause);
        Names(order, Card(_a, "A"), Card(_b, "B", InstanceState.Banned)).ShouldBe(["B", "A"]);
    }

    [Fact]
    public void Nothing_moves_while_the_wall_is_held()
    {
        var order = new WallOrder(_time);
        Names(order, Card(_a, "A"), Card(_b, "B"));
        order.IsHeld = true;
        _time.Advance(TimeSpan.FromMinutes(1));

        Names(order, Card(_a, "A"), Card(_b, "B", InstanceState.Banned)).ShouldBe(["A", "B"]);
    }

    [Fact]
    public void New_cards_come_last_and_gone_ones_leave()
    {
        var order = new WallOrder(_time);
        Names(order, Card(_a, "A"), Card(_b, "B"));

        Names(order, Card(_b, "B"), Card(_c, "AA", InstanceState.Banned)).ShouldBe(["B", "AA"]);
    }

    private static IEnumerable<string> Names(WallOrder order, params NumberCardView[] cards) =>
        [.. order.Place(cards).Select(c => c.Row.Name)];

    private NumberCardView Card(InstanceId id, string name, InstanceState state = InstanceState.Open)
    {
        var now = _time.GetUtcNow();
        var link = new ConnectionFacts(state, now) { OwnJid = "5511988880003@s.whatsapp.net" };
        return NumberCardView.Of(
            new NumberRow(id, name, "evolution-1", new NumberFacts(link, 0, 0, null), new double[24], 0, 0, null),
            now
        );
    }
}
