using Npgsql;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>The end of claimed work whose next due time is asked of the tenant's own rows.</summary>
internal static class WorkReturn
{
    /// <summary>
    /// Gives a claim back. <paramref name="next"/> runs after the claim's row is locked: what was queued before is seen by it, what is queued after waits
    /// for the lock and makes itself due.
    /// </summary>
    public static async Task GiveBackAsync(
        this NpgsqlDataSource database,
        WorkClaim claim,
        Func<NpgsqlConnection, Task<TimeSpan?>> next,
        CancellationToken cancellation
    )
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        if (await WorkList.LockAsync(transaction.Connection, claim, cancellation))
        {
            await WorkList.ReleaseAsync(transaction.Connection, claim, await next(transaction.Connection), cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }
}
