using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>
/// Removes a number: its conversations stay, its work ends, its webhooks are acknowledged and dropped for 30 days (a gateway that hears 404 keeps a
/// deleted instance alive by its retries). Works without the gateway, and says so.
/// </summary>
public sealed class InstanceDeletion(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    IWhatsAppGateway gateway,
    NumberPlace place,
    EventHub hub
)
{
    /// <summary>Why the gateway still has the instance; null when it is gone there too.</summary>
    /// <exception cref="RuleException">Not allowed, or there is no such number.</exception>
    public async Task<GatewayFailure?> DeleteAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        var now = place.Now;
        GatewayConnection? at = null;
        GatewayConnection? other = null;
        GatewayFailure? failure = null;
        try
        {
            at = await place.Connections.OfInstanceAsync(member.TenantId, id, ct);
            other = await place.Connections.OfStandbyAsync(member.TenantId, id, ct);
        }
        catch (GatewayException e)
        {
            failure = e.Failure;
        }

        await using (var db = await dbs.CreateDbContextAsync(ct))
        {
            var instance =
                await db.Instances.SingleOrDefaultAsync(i => i.Id == id && i.DeletedAt == null, ct)
                ?? throw new RuleException("number.gone");
            instance.Delete(now);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await db.SaveChangesAsync(ct);
            await db.WebhookRoutes.Where(r => r.InstanceId == id).ExecuteUpdateAsync(s => s.SetProperty(r => r.DeletedAt, now), ct);
            await db.PoolMembers.Where(m => m.InstanceId == id).ExecuteDeleteAsync(ct);
            await EndWorkAsync(db, id, ct);
            await transaction.CommitAsync(ct);
        }

        place.Forget(id);
        // Which conversations waited for it is not worth naming: it happens seldom.
        hub.Publish(new EverythingChanged(member.TenantId));
        if (other is not null)
        {
            // What may be left at its second server; where that does not answer, nobody can be asked again.
            await DeleteThereAsync(other);
        }

        return at is null ? failure : await DeleteThereAsync(at);
    }

    // What was acknowledged is still processed, so its place in the inbound queue stays; nothing leaves any more. A message that was being handed over is in
    // doubt for good, because nobody can ask the gateway about it.
    private static async Task EndWorkAsync(ConsoleDb db, InstanceId id, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"DELETE FROM work_list WHERE instance_id = {id.Value} AND kind <> 'Inbound'", ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            WITH ended AS (
                UPDATE messages SET delivery = CASE delivery WHEN 'Queued' THEN 'Failed' ELSE 'Unconfirmed' END,
                    reason = CASE delivery WHEN 'Queued' THEN 'failed.number-deleted' ELSE reason END, settle_at = NULL
                WHERE instance_id = {id.Value} AND delivery IN ('Queued', 'Sending')
                RETURNING tenant_id, id, conversation_id, delivery
            )
            UPDATE conversation_heads h SET last_delivery = e.delivery FROM ended e
            WHERE h.tenant_id = e.tenant_id AND h.conversation_id = e.conversation_id AND h.last_message_id = e.id
            """,
            ct
        );
        await db.Database.ExecuteSqlAsync(
            $"UPDATE messages SET media_state = 'Failed', media_due_at = NULL WHERE instance_id = {id.Value} AND media_state = 'Pending'",
            ct
        );
    }

    // Not cancelled with the page: the number is gone here, so this is the last time anybody knows its token.
    private async Task<GatewayFailure?> DeleteThereAsync(GatewayConnection at)
    {
        try
        {
            await gateway.DeleteAsync(at, CancellationToken.None);
            return null;
        }
        catch (GatewayException e)
        {
            return e.Failure;
        }
    }
}

/// <summary>Where numbers are reached, and what of it is remembered in this process.</summary>
public sealed class NumberPlace(GatewayConnections connections, WebhookRoutes routes, TimeProvider time)
{
    public GatewayConnections Connections => connections;

    public DateTimeOffset Now => time.GetUtcNow();

    public void Forget(InstanceId instance)
    {
        connections.Forget(instance);
        routes.Forget(instance);
    }
}
