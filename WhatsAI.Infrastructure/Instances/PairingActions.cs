using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>
/// Links a phone to a number. A code is asked for only while somebody looks: the dialog starts a run and keeps it alive, and nothing else ever asks.
/// What comes is written to the number, where every open dialog reads it.
/// </summary>
public sealed class PairingActions(
    CurrentMember member,
    NumberGateway gateway,
    NumberWebhook webhooks,
    ConnectionRecord record,
    IDbContextFactory<ConsoleDb> dbs,
    TimeProvider time
)
{
    // The first code of a run lives up to 60 s; a later one that nobody told us of is fetched.
    private static readonly TimeSpan _longestCode = TimeSpan.FromSeconds(75);

    /// <summary>
    /// Begins a run. A gateway that does not know the instance is made to, with the number's own token, settings and webhook. Takes 2 to 40 s;
    /// the first code may come later, by webhook.
    /// </summary>
    /// <param name="id">The number.</param>
    /// <param name="pairWith">Ask for a pairing code for this phone too.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RuleException">Not allowed, or the gateway's refusal in words.</exception>
    public async Task StartAsync(InstanceId id, PhoneNumber? pairWith, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        if (!await QrWatch.LookAsync(dbs, member.TenantId, id, time.GetUtcNow(), ct))
        {
            throw new RuleException("pairing.quiet");
        }

        await record.ChangeAsync(member.TenantId, id, (facts, _) => new ConnectionChange(facts.WithoutQr(), [], NeedsProof: false), ct);
        await AskAsync(id, (g, at) => ConnectOrCreateAsync(g, at, id, pairWith, ct), ct);
        await DueProbeAsync(id, ct);
    }

    /// <summary>
    /// Somebody still looks. Asks for the state, which shows a scan even where the gateway's webhooks do not reach us, and for a code where none is
    /// known or the known one is too old. Does nothing once the number is open or the gateway gave up.
    /// </summary>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    public async Task KeepAsync(InstanceId id, PhoneNumber? pairWith, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        if (await record.ReadAsync(member.TenantId, id, ct) is { State: not InstanceState.Open } facts && !facts.GaveUp)
        {
            var mayAsk = await QrWatch.LookAsync(dbs, member.TenantId, id, time.GetUtcNow(), ct);
            await AskAsync(id, (g, at) => LookAsync(g, at, facts, pairWith, mayAsk, ct), ct);
        }
    }

    // A code is not asked for between the scan and the open session: some gateways begin a new run then.
    private async Task<ConnectAnswer> LookAsync(
        IWhatsAppGateway g,
        GatewayConnection at,
        ConnectionFacts facts,
        PhoneNumber? pairWith,
        bool mayAsk,
        CancellationToken ct
    )
    {
        if (await g.StateAsync(at, ct) == LinkState.Open)
        {
            return new ConnectAnswer(Open: true, Offer: null);
        }

        var isShown =
            facts.QrCode is not null && time.GetUtcNow() - facts.QrAt < _longestCode && (pairWith is null || facts.PairingCode is not null);
        return isShown || !mayAsk ? new ConnectAnswer(Open: false, Offer: null) : await g.ConnectAsync(at, pairWith, ct);
    }

    /// <summary>Tells the gateway again where to post this number's events.</summary>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    public async Task ResyncWebhookAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        try
        {
            await gateway.CallAsync(
                member.TenantId,
                id,
                async (g, at) => await g.SetWebhookAsync(at, await webhooks.OfAsync(member.TenantId, id, at.InstanceToken!, ct), ct),
                ct
            );
        }
        catch (GatewayException e)
        {
            throw e.ToRule();
        }

        await record.ActAsync(member.TenantId, id, "webhook-set", member.DisplayName, ct);
    }

    /// <summary>Has the gateway asked now for what it sees, instead of within the minute.</summary>
    public async Task VerifyAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead, id);
        try
        {
            var state = await gateway.CallAsync(member.TenantId, id, (g, at) => g.StateAsync(at, ct), ct);
            await record.ChangeAsync(member.TenantId, id, (facts, now) => ConnectionChange.Proven(facts, state, now), ct);
        }
        catch (GatewayException e)
        {
            throw e.ToRule();
        }
    }

    private async Task AskAsync(InstanceId id, Func<IWhatsAppGateway, GatewayConnection, Task<ConnectAnswer>> ask, CancellationToken ct)
    {
        try
        {
            var answer = await gateway.CallAsync(member.TenantId, id, ask, ct);
            await record.ChangeAsync(member.TenantId, id, (facts, now) => Heard(facts, answer, now), ct);
        }
        catch (GatewayException e)
        {
            throw e.ToRule();
        }
    }

    private static ConnectionChange Heard(ConnectionFacts facts, ConnectAnswer answer, DateTimeOffset now) =>
        answer.Open ? ConnectionChange.Proven(facts, LinkState.Open, now)
        : answer.Offer is { } offer ? ConnectionChange.Of(facts, [new QrUpdated(offer.Code ?? "", offer.Image, offer.PairingCode)], now)
        : new ConnectionChange(facts, [], NeedsProof: false);

    private async Task<ConnectAnswer> ConnectOrCreateAsync(
        IWhatsAppGateway g,
        GatewayConnection at,
        InstanceId id,
        PhoneNumber? pairWith,
        CancellationToken ct
    )
    {
        try
        {
            return await g.ConnectAsync(at, pairWith, ct);
        }
        catch (GatewayException e) when (e.Failure == GatewayFailure.UnknownInstance)
        {
            await using var db = await dbs.CreateDbContextAsync(ct);
            var settings = (await db.Instances.SingleAsync(i => i.Id == id, ct)).Settings.ForGateway();
            var webhook = await webhooks.OfAsync(member.TenantId, id, at.InstanceToken!, ct);
            var created = await g.CreateAsync(at, new NewInstance(at.InstanceToken!, settings, webhook, pairWith), ct);
            return new ConnectAnswer(Open: false, created.Pairing);
        }
    }

    private async Task DueProbeAsync(InstanceId id, CancellationToken ct)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE work_list SET due_at = least(due_at, now() + interval '1 minute') WHERE kind = {nameof(WorkKind.Probe)} AND instance_id = {id.Value} AND tenant_id = {member.TenantId.Value}",
            ct
        );
    }
}
