using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>The order of a batch: who, where, what; then what refers to it; then what features add.</summary>
public sealed class InboundPipeline(IEnumerable<IInboundStep> steps)
{
    private readonly IInboundStep[] _steps = [.. steps];

    public async Task RunAsync(InboundContext context, CancellationToken cancellation)
    {
        var messages = await Echoes.SortAsync(context, Messages(context), cancellation);
        await Arrivals.StoreAsync(context, messages, _steps, cancellation);
        await Receipts.ApplyAsync(context, cancellation);
        await MessageChanges.ApplyAsync(context, cancellation);
        await Reactions.ApplyAsync(context, cancellation);
        foreach (var step in _steps)
        {
            await step.ApplyAsync(context, cancellation);
        }
    }

    private static List<SeenMessage> Messages(InboundContext context)
    {
        var seen = new List<SeenMessage>();
        foreach (var item in context.Items)
        {
            foreach (var e in item.Events)
            {
                switch (e)
                {
                    case MessageReceived m:
                        seen.Add(new SeenMessage(m.Message, item, SeenAs.Message));
                        break;
                    case MessageSentEcho m:
                        seen.Add(new SeenMessage(m.Message, item, SeenAs.Echo));
                        break;
                    case HistoryReceived h:
                        seen.AddRange(h.Messages.Select(m => new SeenMessage(m, item, SeenAs.History)));
                        break;
                    default:
                        break;
                }
            }
        }

        // Stories and channels are journalled only.
        return seen.FindAll(s => s.Message.Chat.IsPerson || s.Message.Chat.Kind == JidKind.Group);
    }
}

internal enum SeenAs
{
    Message,
    Echo,
    History,
}

internal sealed record SeenMessage(GatewayMessage Message, JournalItem Item, SeenAs As)
{
    /// <summary>The provider's time, or when it came where the provider gives none.</summary>
    public DateTimeOffset SentAt => Message.At ?? Item.ReceivedAt;
}
