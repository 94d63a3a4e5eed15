using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Labels;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What a distributor sorts its conversations by, and which of them are urgent.</summary>
internal sealed class DemoLabels(TenantId tenant, DateTimeOffset now)
{
    private readonly Label[] _labels =
    [
        .. new[] { ("Reclamação", 7), ("Revendedor", 3), ("Pedido", 1), ("Boleto", 5), ("Entrega", 4), ("Primeira compra", 6) }.Select(
            (l, i) => new Label(Id.New<LabelId>(now, i), tenant, l.Item1, l.Item2, now)
        ),
    ];

    /// <summary>Most conversations have none, some one, a few two.</summary>
    public IEnumerable<object> Rows(IReadOnlyList<ConversationHead> heads) =>
        [
            .. _labels,
            .. heads.SelectMany(
                (head, i) =>
                    Enumerable
                        .Range(
                            0,
                            i % 7 == 1 ? 2
                                : i % 3 == 0 ? 1
                                : 0
                        )
                        .Select(n => new ConversationLabel
                        {
                            TenantId = tenant,
                            ConversationId = head.ConversationId,
                            LabelId = _labels[(i + (n * 2)) % _labels.Length].Id,
                        })
            ),
        ];

    public static ConversationHead Sorted(ConversationHead head, int index) =>
        head.Kind == ConversationKind.Group
            ? head
            : head with
            {
                Priority = (index % 19) switch
                {
                    4 => ConversationPriority.Urgent,
                    1 or 10 => ConversationPriority.High,
                    7 or 12 or 16 => ConversationPriority.Low,
                    _ => ConversationPriority.Normal,
                },
            };
}
