using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>Something of a number that happens at a time. Listed in order in <c>LaterRegistration</c>.</summary>
public interface ILaterPart
{
    /// <summary>Does what is due by the database's clock, until nothing is. Another copy may do the same: each thing happens once.</summary>
    Task RunAsync(TenantId tenant, InstanceId number, CancellationToken ct);

    /// <summary>When the next is due; null: nothing waits. In the transaction that gives the claim back.</summary>
    Task<DateTimeOffset?> NextAsync(NpgsqlConnection connection, TenantId tenant, InstanceId number, CancellationToken ct);
}
