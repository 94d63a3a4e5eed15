using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Instances;
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
        var next = await AskAsync(claim, held.Lost);
        await using var transaction = await probe.Database.BeginAsync(claim.Tenant, held.Lost);
        if (await WorkList.LockAsync(transaction.Connection, claim, held.Lost))
        {
            await WorkList.ReleaseAsync(transaction.Connection, claim, next, held.Lost);
            await transaction.CommitAsync(held.Lost);
        }
    }

    /// <summary>How long until the next time.</summary>
    private async Task<TimeSpan> AskAsync(WorkClaim claim, CancellationToken ct)
    {
        Uri? server = null;
        try
        {
            server = (await probe.Connections.OfInstanceAsync(claim.Tenant, claim.Instance, ct)).Address;
            using var place = _places.TryTake(server);
            if (place is null)
            {
                return Jittered(_soon);
            }

            if (await probe.Gateway.RestAsync(claim.Tenant, claim.Instance, probe.Servers, ct) is { } rest)
            {
                await probe.Gateway.NoteAsync(claim.Tenant, claim.Instance, rest.Failure, ct);
                return Jittered(rest.Wait);
            }

            var before = await probe.Record.ReadAsync(claim.Tenant, claim.Instance, ct);
            var state = await probe.Gateway.CallAsync(claim.Tenant, claim.Instance, (g, at) => g.StateAsync(at, ct), ct);
            probe.Servers.Answered(server);
            var after = await probe.Record.ChangeAsync(
                claim.Tenant,
                claim.Instance,
                (facts, now) => ConnectionChange.Proven(facts, state, now),
                ct,
                expected: before
            );
            // Something was reported while we asked: the answer may be older than it.
            return before is not null && after is not null && after.Since > before.Since ? _soon : Jittered(Every);
        }
        catch (GatewayException e)
        {
            if (server is null)
            {
                await probe.Gateway.NoteAsync(claim.Tenant, claim.Instance, e.Failure, ct);
            }

            return server is not null && e.Failure.IsTheServers()
                ? Jittered(probe.Servers.Failed(server, e.Failure).Wait)
                : Jittered(Every);
        }
    }

    // Twenty numbers that began together do not ask together for ever.
    private static TimeSpan Jittered(TimeSpan wait) => wait * (0.9 + (Random.Shared.NextDouble() * 0.2));
}
