using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>Each company's targets, for whoever moves a conversation; from memory, so that no message costs a query for them.</summary>
public interface IHeadClocks
{
    ValueTask<IHeadClock> OfAsync(TenantId tenant, CancellationToken cancellation);
}
