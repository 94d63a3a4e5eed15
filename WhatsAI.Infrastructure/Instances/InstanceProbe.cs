using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances.Standbys;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>What a probe needs.</summary>
public sealed record ProbeTools(
    GatewayConnections Connections,
    NumberGateway Gateway,
    ServerGates Servers,
    ConnectionRecord Record,
    StandbyWatch Standbys,
    NpgsqlDataSource Database
);

/// <summary>
/// Asks each number's gateway for the state it sees: about once a minute, and soon after events that contradicted each other. One copy asks at a time,
/// because the number's place in the work list is leased; one number asks for all while their server is down.
/// </summary>
public sealed class InstanceProbe(ProbeTools probe, WorkTools tools, ILogger<InstanceProbe> log)
    : WorkLoop(WorkKind.Probe, Slots, tools, log)
{
    // A thousand numbers are seventeen questions a second; a server that takes its time holds half of the places at most.
    private const int Slots = 8;
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(2);
    private readonly ServerPlaces _places = new(Slots / 2);

    protected override async Task WorkAsync(HeldClaim held)
    {
        var claim = held.Claim;
        var next = await ProbeAsync(claim, held.Lost);
        await using var transaction = await probe.Database.BeginAsync(claim.Tenant, held.Lost);
        if (await WorkList.LockAsync(transaction.Connection, claim, held.Lost))
        {
            await WorkList.ReleaseAsync(transaction.Connection, claim, next, held.Lost);
            await transaction.CommitAsync(held.Lost);
        }
    }

    /// <summary>How long until the next time.</summary>
    internal async Task<TimeSpan> ProbeAsync(WorkClaim claim, CancellationToken ct)
    {
        GatewayConnection at;
        try
        {
            // Another copy may have moved it to another server a moment ago.
            probe.Connections.Forget(claim.Instance);
            at = await probe.Connections.OfInstanceAsync(claim.Tenant, claim.Instance, ct);
        }
        catch (GatewayException e)
        {
            await probe.Gateway.NoteAsync(claim.Tenant, claim.Instance, e.Failure, ct);
            return Jittered(Every);
        }

        using var place = _places.TryTake(at.Address);
        return place is null ? Jittered(_soon) : await AskAsync(claim, at, ct);
    }

    private async Task<TimeSpan> AskAsync(WorkClaim claim, GatewayConnection at, CancellationToken ct)
    {
        try
        {
            if (await probe.Gateway.RestAsync(claim.Tenant, claim.Instance, probe.Servers, ct) is { } rest)
            {
                await probe.Gateway.NoteAsync(claim.Tenant, claim.Instance, rest.Failure, ct);
                return await FailedAsync(claim, at, rest, ct);
            }

            var before = await probe.Record.ReadAsync(claim.Tenant, claim.Instance, ct);
            var state = await probe.Gateway.CallAsync(claim.Tenant, claim.Instance, (g, place) => g.StateAsync(place, ct), ct);
            probe.Servers.Answered(at.Address);
            var after = await probe.Record.ChangeAsync(
                claim.Tenant,
                claim.Instance,
                (facts, now) => ConnectionChange.Proven(facts, state, now),
                ct,
                expected: before
            );
            await probe.Standbys.AnsweredAsync(claim, at.Server!.Value, after?.State ?? InstanceState.Unknown, ct);
            // Something was reported while we asked: the answer may be older than it.
            return before is not null && after is not null && after.Since > before.Since ? _soon : Jittered(Every);
        }
        catch (GatewayException e) when (e.Failure.IsTheServers())
        {
            return await FailedAsync(claim, at, probe.Servers.Failed(at.Address, e.Failure), ct);
        }
        catch (GatewayException e)
        {
            if (e.Failure == GatewayFailure.UnknownInstance)
            {
                await probe.Standbys.AnsweredAsync(claim, at.Server!.Value, InstanceState.Unknown, ct);
            }

            return Jittered(Every);
        }
    }

    // A server that asks to slow down, or waits for its licence, is there.
    private async Task<TimeSpan> FailedAsync(WorkClaim claim, GatewayConnection at, ServerRest rest, CancellationToken ct)
    {
        var moved =
            rest.Failure is GatewayFailure.Unreachable or GatewayFailure.TimedOut or GatewayFailure.NotAGateway
            && await probe.Standbys.FailedAsync(claim, at.Server!.Value, ct);
        return moved ? _soon : Jittered(rest.Wait);
    }

    // Twenty numbers that began together do not ask together for ever.
    private static TimeSpan Jittered(TimeSpan wait) => wait * (0.9 + (Random.Shared.NextDouble() * 0.2));
}
