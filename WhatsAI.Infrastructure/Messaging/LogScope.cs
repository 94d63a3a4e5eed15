using Microsoft.Extensions.Logging;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Messaging;

internal static class LogScope
{
    /// <summary>Every line until the scope ends says whose work it was.</summary>
    public static IDisposable? About(this ILogger log, TenantId tenant, InstanceId instance) =>
        log.BeginScope(new Dictionary<string, object> { ["TenantId"] = tenant.Value, ["InstanceId"] = instance.Value });
}
