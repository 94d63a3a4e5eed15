using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Hands the batch's link and QR events to the number.</summary>
public sealed class ConnectionInboundStep : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var changes = await ConnectionStep.ApplyAsync(
            context.Connection,
            context.Tenant,
            context.Instance,
            [.. context.Events],
            context.Now,
            cancellation,
            heard =>
            {
                context.Signals.AddRange(heard.Signals);
                context.IsLinkChanged |= heard.IsChanged;
                context.IsNewSession |= heard.IsNewSession;
            }
        );
        context.Changes.UnionWith(changes);
        if (changes.Count > 0)
        {
            // What waited for the link goes at once.
            context.Due.Add(WorkKind.Outbound);
        }
    }
}
