using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Inbound;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>What a batch's events say of the number's health: its row is changed once, however many they are, and not at all where they say nothing.</summary>
public sealed class WatchStep : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var news = new WatchNews(context.Signals, context.IsNewSession);
        if (await news.WriteAsync(context.Connection, context.Tenant, context.Instance, cancellation) || context.IsLinkChanged)
        {
            context.Due.Add(WorkKind.Watch);
        }
    }
}
