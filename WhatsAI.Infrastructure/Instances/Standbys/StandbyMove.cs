using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Standbys;

/// <summary>What a move needs to know of a number and of the server it goes to.</summary>
internal sealed record MoveTarget(GatewayServerId Server, GatewayConnection At, InstanceSettings Settings);

/// <summary>
/// Moves a number to its other gateway server. It is made there first, so that nothing changes where that fails; then one transaction changes places, webhooks and
/// what is known of the link. A copy killed before that has changed nothing, one killed after it has changed everything.
/// </summary>
public sealed class StandbyMove(
    IWhatsAppGateway gateway,
    NumberPlace place,
    NumberWebhook webhooks,
    NpgsqlDataSource database,
    EventHub hub
)
{
    /// <summary>
    /// False: it is not at <paramref name="from"/> any more. Takes up to 50 s. The number waits for a scan afterwards, unless the other server still has its
    /// session.
    /// </summary>
    /// <param name="tenant">The number's company.</param>
    /// <param name="instance">The number.</param>
    /// <param name="from">Where it is thought to be: of two clicks the second does nothing.</param>
    /// <param name="actor">Who; null: nobody, its server does not answer.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="GatewayException">The other server does not answer, refuses its key, or could not make the instance; nothing changed.</exception>
    /// <exception cref="RuleException">It has no second server.</exception>
    public async Task<bool> GoAsync(TenantId tenant, InstanceId instance, GatewayServerId from, string? actor, CancellationToken ct)
    {
        var target = await TargetAsync(tenant, instance, ct) ?? throw new RuleException("standby.none");
        var probe = await gateway.ProbeAsync(target.At, ct);
        if (!probe.KeyValid || target.At.InstanceToken is not { } token)
        {
            throw new GatewayException(GatewayFailure.Unauthorized, "The standby server does not take its key.", surelyNotSent: true);
        }

        var webhook = await webhooks.OfAsync(tenant, instance, token, ct, target.Server);
        var link = await MakeAsync(target, new NewInstance(token, target.Settings.ForGateway(), webhook) { ShowsQr = false }, ct);
        return await ChangeAsync(
            (tenant, instance),
            from,
            (before, now) => Moved(before, link, actor is null ? "standby-auto" : null, now),
            actor,
            ct
        );
    }

    /// <summary>Back to a session that is alive again, which nobody need scan. False: it is not at <paramref name="from"/> any more.</summary>
    public Task<bool> ReturnAsync(TenantId tenant, InstanceId instance, GatewayServerId from, CancellationToken ct) =>
        ChangeAsync((tenant, instance), from, (before, now) => Moved(before, LinkState.Open, "standby-returned", now), actor: null, ct);

    /// <summary>What is known of the link at a new place: nothing of the old one's codes and refusals holds there.</summary>
    private static ConnectionChange Moved(ConnectionFacts before, LinkState? there, string? line, DateTimeOffset now)
    {
        if (there is not LinkState.Open && before.State is InstanceState.Banned or InstanceState.Restricted)
        {
            // Moving it is no pardon: nobody is asked to scan what WhatsApp refuses.
            return new ConnectionChange(before.WithoutQr(), [], NeedsProof: true);
        }

        var state =
            there is LinkState.Open ? InstanceState.Open
            : before.WasLinked ? InstanceState.LoggedOut
            : InstanceState.Disconnected;
        var facts = before.WithoutQr() with { State = state, Since = now, CloseCode = null, RestrictedUntil = null };
        return new ConnectionChange(facts, line is null ? [] : [new ConnectionLine(state, Code: null, line)], NeedsProof: true);
    }

    private async Task<bool> ChangeAsync(
        (TenantId Tenant, InstanceId Instance) of,
        GatewayServerId from,
        Func<ConnectionFacts, DateTimeOffset, ConnectionChange> change,
        string? actor,
        CancellationToken ct
    )
    {
        var now = place.Now;
        await using (var transaction = await database.BeginAsync(of.Tenant, ct))
        {
            var c = transaction.Connection;
            if (
                await StandbySql.SwapAsync(c, of, from, byItself: actor is null, now, ct) is null
                || await ConnectionSql.LockAsync(c, of.Tenant, of.Instance, ct) is not { } before
            )
            {
                return false;
            }

            var changed = change(before, now);
            await ConnectionRecord.WriteAsync(c, of, before, changed, now, ct);
            if (actor is not null)
            {
                await ConnectionSql.WriteActAsync(c, of, "standby-moved", actor, now, ct);
            }

            await WorkList.DueAsync(c, WorkKind.Probe, of.Instance, ct);
            await transaction.CommitAsync(ct);
        }

        place.Forget(of.Instance);
        // Other copies forget where they reached it.
        hub.Publish(new TenantSettingsChanged(of.Tenant));
        hub.Publish(new InstanceChanged(of.Tenant, of.Instance));
        return true;
    }

    /// <summary>The state of what is there; null: it was made just now. Without a code: those are asked for only while somebody looks.</summary>
    private async Task<LinkState?> MakeAsync(MoveTarget target, NewInstance instance, CancellationToken ct)
    {
        try
        {
            var state = await gateway.StateAsync(target.At, ct);
            await gateway.SetWebhookAsync(target.At, instance.Webhook, ct);
            return state;
        }
        catch (GatewayException e) when (e.Failure == GatewayFailure.UnknownInstance)
        {
            await CreateAsync(target, instance, ct);
            return null;
        }
    }

    private async Task CreateAsync(MoveTarget target, NewInstance instance, CancellationToken ct)
    {
        try
        {
            await gateway.CreateAsync(target.At, instance, ct);
        }
        catch (GatewayException e) when (e.Failure == GatewayFailure.NameTaken)
        {
            // A second click made it in the same moment.
            await gateway.SetWebhookAsync(target.At, instance.Webhook, ct);
        }
    }

    private async Task<MoveTarget?> TargetAsync(TenantId tenant, InstanceId instance, CancellationToken ct)
    {
        if (await place.Connections.OfStandbyAsync(tenant, instance, ct) is not { } at)
        {
            return null;
        }

        await using var transaction = await database.BeginAsync(tenant, ct);
        await using var command = transaction.Connection.Sql(
            """
            SELECT b.server_id, i.settings FROM standbys b JOIN instances i ON i.tenant_id = b.tenant_id AND i.id = b.instance_id
            WHERE b.tenant_id = $1 AND b.instance_id = $2
            """,
            tenant.Value,
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new MoveTarget(
                new GatewayServerId(reader.GetGuid(0)),
                at,
                JsonSerializer.Deserialize<InstanceSettings>(reader.GetString(1), JsonSerializerOptions.Web) ?? new()
            )
            : null;
    }
}
