using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>What a member types about a gateway server.</summary>
/// <param name="Key">Null or empty: the stored one stays.</param>
public sealed record GatewayServerForm(string Name, string Address, string? Key, uint Version = 0);

/// <summary>What gateway servers are kept and called with.</summary>
public sealed record GatewayServerTools(
    IWhatsAppGateway Gateway,
    GatewayConnections Connections,
    SecretBox Secrets,
    EventHub Hub,
    TimeProvider Time
);

/// <summary>The tenant's own gateway servers. The operator's shared ones are read here and changed in the configuration.</summary>
public sealed class GatewayServerActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, GatewayServerTools tools)
{
    /// <exception cref="RuleException">Not allowed, not acceptable, the name is taken, or there is no master key.</exception>
    public async Task<GatewayServerId> AddAsync(GatewayServerForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.GatewaysManage);
        if (string.IsNullOrWhiteSpace(form.Key))
        {
            throw new RuleException("gateway.key-missing");
        }

        var now = tools.Time.GetUtcNow();
        var server = new GatewayServer(Id.New<GatewayServerId>(now), member.TenantId, form.Name, AddressOf(form), Seal(form.Key), now);
        await using var db = await dbs.CreateDbContextAsync(ct);
        db.GatewayServers.Add(server);
        await SaveAsync(db, server, ct);
        Tell();
        return server.Id;
    }

    /// <summary>To another place only with the key typed again: who may change the address must not have the stored keys sent to his own host.</summary>
    /// <inheritdoc cref="AddAsync" path="/exception"/>
    public async Task ChangeAsync(GatewayServerId id, GatewayServerForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.GatewaysManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var server = await FindAsync(db, id, ct);
        db.Entry(server).Property(s => s.Version).OriginalValue = form.Version;
        var address = AddressOf(form);
        var moves = !server.IsAt(address);
        server.Change(form.Name, address);
        if (!string.IsNullOrWhiteSpace(form.Key))
        {
            server.Rekey(Seal(form.Key));
        }
        else if (moves)
        {
            throw new RuleException("gateway.key-missing");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await SaveAsync(db, server, ct);
        if (moves)
        {
            // The numbers' own keys are for the old place; at the new one the key just typed serves.
            await db.Instances.Where(i => i.GatewayServerId == id).ExecuteUpdateAsync(s => s.SetProperty(i => i.EncryptedToken, ""), ct);
        }

        await transaction.CommitAsync(ct);
        Tell();
    }

    /// <exception cref="RuleException">Not allowed, numbers are connected through it, or it is the operator's.</exception>
    public async Task RemoveAsync(GatewayServerId id, CancellationToken ct = default)
    {
        member.Demand(Permission.GatewaysManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var server = await FindAsync(db, id, ct);
        if (server.SharedName is not null)
        {
            throw new RuleException("gateway.shared-is-the-operators");
        }

        var numbers = await db.Instances.CountAsync(
            i => i.DeletedAt == null && (i.GatewayServerId == id || db.Standbys.Any(s => s.InstanceId == i.Id && s.ServerId == id)),
            ct
        );
        if (numbers > 0)
        {
            throw new RuleException("gateway.in-use", numbers);
        }

        server.Remove(tools.Time.GetUtcNow());
        await SaveAsync(db, server, ct);
        Tell();
    }

    /// <summary>
    /// Tests what is typed, before it is saved; an empty key is the stored one of <paramref name="id"/>, which goes only where it was saved for. Up to 20 s.
    /// </summary>
    /// <exception cref="RuleException">Not allowed, the address is none or another one without a key, or the server is the operator's.</exception>
    public async Task<GatewayTest> TestAsync(GatewayServerId? id, GatewayServerForm? form, CancellationToken ct = default)
    {
        member.Demand(Permission.GatewaysManage);
        var began = tools.Time.GetTimestamp();
        try
        {
            var at = await PlaceAsync(id, form, ct);
            began = tools.Time.GetTimestamp();
            return GatewayTest.Of(await tools.Gateway.ProbeAsync(at, ct), tools.Time.GetElapsedTime(began));
        }
        catch (GatewayException e)
        {
            return GatewayTest.Of(e, tools.Time.GetElapsedTime(began));
        }
    }

    private async Task<GatewayConnection> PlaceAsync(GatewayServerId? id, GatewayServerForm? form, CancellationToken ct)
    {
        GatewayServer? server = null;
        if (id is { } known)
        {
            await using var db = await dbs.CreateDbContextAsync(ct);
            server = await FindAsync(db, known, ct);
            if (server.SharedName is not null)
            {
                throw new RuleException("gateway.shared-is-the-operators");
            }
        }

        if (form is null)
        {
            return tools.Connections.OfServer(server ?? throw new RuleException("gateway.gone"));
        }

        var address = AddressOf(form);
        if (!string.IsNullOrWhiteSpace(form.Key))
        {
            return new GatewayConnection(address, form.Key.Trim(), "", null);
        }

        return server?.IsAt(address) == true
            ? new GatewayConnection(address, tools.Connections.OfServer(server).ServerKey, "", null)
            : throw new RuleException("gateway.key-missing");
    }

    private static async Task SaveAsync(ConsoleDb db, GatewayServer server, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("gateway.changed-meanwhile"),
            taken: () => new RuleException("gateway.name-taken-here", server.Name),
            ct: ct
        );
    }

    private void Tell()
    {
        tools.Connections.Forget(member.TenantId);
        tools.Hub.Publish(new TenantSettingsChanged(member.TenantId));
    }

    private string Seal(string key) => tools.Secrets.Protect(key.Trim(), GatewayConnections.ServerKeyPurpose);

    private static async Task<GatewayServer> FindAsync(ConsoleDb db, GatewayServerId id, CancellationToken ct) =>
        await db.GatewayServers.SingleOrDefaultAsync(s => s.Id == id && s.RemovedAt == null, ct) ?? throw new RuleException("gateway.gone");

    private static Uri AddressOf(GatewayServerForm form) =>
        Uri.TryCreate(form.Address.Trim(), UriKind.Absolute, out var address) && GatewayServer.Accepts(address)
            ? address
            : throw new RuleException("gateway.address-invalid");
}
