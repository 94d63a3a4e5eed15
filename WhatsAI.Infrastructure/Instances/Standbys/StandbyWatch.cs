using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Standbys;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Standbys;

/// <summary>What a number's probe means for its standby, while the probe's claim is held.</summary>
public sealed class StandbyWatch(
    IWhatsAppGateway gateway,
    GatewayConnections connections,
    ServerGates servers,
    StandbyMove move,
    NpgsqlDataSource database,
    EventHub hub,
    ILogger<StandbyWatch> log
)
{
    /// <summary>Its server did not answer: counted, and after enough of them the number moves, if the other server answers. Whether it has moved.</summary>
    public async Task<bool> FailedAsync(WorkClaim claim, GatewayServerId server, CancellationToken ct)
    {
        (int Failed, int After)? count;
        await using (var transaction = await database.BeginAsync(claim.Tenant, ct))
        {
            count = await StandbySql.FailedAsync(transaction.Connection, claim.Tenant, claim.Instance, server, ct);
            await transaction.CommitAsync(ct);
        }

        if (count is not { } probes || !StandbyRules.Moves(probes.After, probes.Failed, standbyAnswers: true))
        {
            return false;
        }

        try
        {
            var moved = await move.GoAsync(claim.Tenant, claim.Instance, server, actor: null, ct);
            if (moved)
            {
                log.LogWarning(
                    "{InstanceId} of {TenantId} moved to its standby server after {Probes} failed probes",
                    claim.Instance,
                    claim.Tenant,
                    probes.Failed
                );
            }

            return moved;
        }
        catch (GatewayException e)
        {
            // Neither answers, which is likely our own network; or the other cannot take it. Asked again with the next failed probe.
            log.LogInformation(
                "The standby server of {InstanceId} of {TenantId} cannot take it ({Failure})",
                claim.Instance,
                claim.Tenant,
                e.Failure
            );
        }
        catch (RuleException)
        {
            // Its standby was taken away meanwhile.
        }

        return false;
    }

    /// <summary>Its server answered: what was left at the other one is removed, or gone back to.</summary>
    public async Task AnsweredAsync(WorkClaim claim, GatewayServerId server, InstanceState here, CancellationToken ct)
    {
        LeftBehind? left;
        await using (var transaction = await database.BeginAsync(claim.Tenant, ct))
        {
            left = await StandbySql.AnsweredAsync(transaction.Connection, claim.Tenant, claim.Instance, server, ct);
            await transaction.CommitAsync(ct);
        }

        if (left is null)
        {
            return;
        }

        try
        {
            await EndAsync(claim, server, here, left, ct);
        }
        catch (GatewayException e)
        {
            log.LogDebug("The server that {InstanceId} left does not answer yet ({Failure})", claim.Instance, e.Failure);
        }
    }

    private async Task EndAsync(WorkClaim claim, GatewayServerId server, InstanceState here, LeftBehind left, CancellationToken ct)
    {
        if (
            await connections.OfStandbyAsync(claim.Tenant, claim.Instance, ct) is not { } at
            || await servers.RestAsync(at.Address, () => gateway.ProbeAsync(at, CancellationToken.None), ct) is not null
        )
        {
            return;
        }

        switch (StandbyRules.Of(here, await StateAsync(at, ct), left.MovedByItself))
        {
            case OldSession.Return:
                await move.ReturnAsync(claim.Tenant, claim.Instance, server, ct);
                break;
            case OldSession.Remove:
                await gateway.LogOutAsync(at, ct);
                await gateway.DeleteAsync(at, ct);
                await RemovedAsync(claim, left, "standby-removed", ct);
                break;
            case OldSession.Gone:
                await RemovedAsync(claim, left, what: null, ct);
                break;
        }
    }

    private async Task<LinkState?> StateAsync(GatewayConnection at, CancellationToken ct)
    {
        try
        {
            return await gateway.StateAsync(at, ct);
        }
        catch (GatewayException e) when (e.Failure == GatewayFailure.UnknownInstance)
        {
            return null;
        }
        catch (GatewayException e) when (e.Failure.IsTheServers())
        {
            servers.Failed(at.Address, e.Failure);
            throw;
        }
    }

    private async Task RemovedAsync(WorkClaim claim, LeftBehind left, string? what, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, ct);
        var c = transaction.Connection;
        if (!await StandbySql.RemovedAsync(c, claim.Tenant, claim.Instance, left.Server, ct))
        {
            return;
        }

        if (what is not null)
        {
            await using var line = c.Sql(
                """
                INSERT INTO connection_log (tenant_id, instance_id, at, state, what)
                SELECT tenant_id, instance_id, now(), state, $3 FROM instance_statuses WHERE tenant_id = $1 AND instance_id = $2
                """,
                claim.Tenant.Value,
                claim.Instance.Value,
                what
            );
            await line.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish(new InstanceChanged(claim.Tenant, claim.Instance));
    }
}
