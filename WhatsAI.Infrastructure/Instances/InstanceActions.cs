using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>What a member does with a number that exists. Making one is <see cref="InstanceCreation"/>, linking it <see cref="PairingActions"/>.</summary>
public sealed class InstanceActions(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    NumberGateway gateway,
    ConnectionRecord record,
    EventHub hub
)
{
    /// <exception cref="RuleException">Not allowed, not acceptable, or another number has the name.</exception>
    public Task RenameAsync(InstanceId id, string name, CancellationToken ct = default) => ChangeAsync(id, i => i.Rename(name), ct);

    /// <summary>Told to the gateway first: what is shown as set is in force there.</summary>
    /// <exception cref="RuleException">Not allowed, or the gateway did not take them; then nothing was saved.</exception>
    public async Task ConfigureAsync(InstanceId id, InstanceSettings settings, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        try
        {
            await gateway.CallAsync(member.TenantId, id, (g, at) => g.ApplySettingsAsync(at, settings.ForGateway(), ct), ct);
        }
        catch (GatewayException e) when (e.Failure == GatewayFailure.UnknownInstance)
        {
            // Not made there yet: it is made with these.
        }
        catch (GatewayException e)
        {
            throw e.ToRule();
        }

        await ChangeAsync(id, i => i.Configure(settings), ct);
    }

    /// <summary>Opens the session anew; one that is closed is opened from what the gateway has saved.</summary>
    public async Task RestartAsync(InstanceId id, CancellationToken ct = default)
    {
        await CallAsync(
            id,
            async (g, at) =>
            {
                try
                {
                    await g.RestartAsync(at, ct);
                }
                catch (GatewayException e) when (e.Failure == GatewayFailure.NotConnected)
                {
                    await g.ConnectAsync(at, ct: ct);
                }
            },
            ct
        );
        await record.ActAsync(member.TenantId, id, "restarted", member.DisplayName, ct);
    }

    /// <summary>Unlinks the phone; the gateway reports the close by its webhooks.</summary>
    public async Task LogOutAsync(InstanceId id, CancellationToken ct = default)
    {
        await CallAsync(id, (g, at) => g.LogOutAsync(at, ct), ct);
        await record.ActAsync(member.TenantId, id, "logged-out", member.DisplayName, ct);
    }

    private async Task CallAsync(InstanceId id, Func<IWhatsAppGateway, GatewayConnection, Task> call, CancellationToken ct)
    {
        member.Demand(Permission.NumbersManage, id);
        try
        {
            await gateway.CallAsync(member.TenantId, id, call, ct);
        }
        catch (GatewayException e)
        {
            throw e.ToRule();
        }
    }

    private async Task ChangeAsync(InstanceId id, Action<Instance> change, CancellationToken ct)
    {
        member.Demand(Permission.NumbersManage, id);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var instance =
            await db.Instances.SingleOrDefaultAsync(i => i.Id == id && i.DeletedAt == null, ct) ?? throw new RuleException("number.gone");
        change(instance);
        await db.SaveAsync(
            changed: () => new RuleException("number.changed-meanwhile"),
            taken: () => new RuleException("number.name-taken", instance.Name),
            ct: ct
        );

        hub.Publish(new InstanceChanged(member.TenantId, id));
    }
}

internal static class SettingsForGateway
{
    // Blue ticks are the console's: it knows when an agent has read.
    public static GatewaySettings ForGateway(this InstanceSettings settings) =>
        new(settings.RejectCalls, settings.RejectCallMessage, settings.AlwaysOnline);
}
