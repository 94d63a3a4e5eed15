using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>
/// Makes a number here: its row, its work, its webhook's address and secret, all committed before a gateway hears of it (events come at once, and a
/// gateway never repeats after a 404). The gateway is told when the number is linked.
/// </summary>
public sealed class InstanceCreation(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    SecretBox secrets,
    EventHub hub,
    TimeProvider time
)
{
    /// <exception cref="RuleException">Not allowed, the name is not acceptable or taken, there is no such server, or no master key.</exception>
    public async Task<InstanceId> CreateAsync(string name, GatewayServerId server, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (!await db.GatewayServers.AnyAsync(s => s.Id == server && s.RemovedAt == null, ct))
        {
            throw new RuleException("gateway.gone");
        }

        var now = time.GetUtcNow();
        var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        var instance = new Instance(
            Id.New<InstanceId>(now),
            member.TenantId,
            server,
            name,
            secrets.Protect(token, GatewayConnections.TokenPurpose),
            now
        );
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        Add(db, instance, token, now);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new RuleException("number.name-taken", instance.Name);
        }

        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await WorkList.AddAsync(connection, member.TenantId, instance.Id, ct);
        await ConnectionSql.WriteActAsync(connection, (member.TenantId, instance.Id), "created", member.DisplayName, now, ct);
        if (member.Numbers is not null)
        {
            db.MemberNumbers.Add(
                new MemberNumber
                {
                    TenantId = member.TenantId,
                    UserId = member.UserId,
                    InstanceId = instance.Id,
                }
            );
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        member.Gain(instance.Id);
        hub.Publish(new InstanceChanged(member.TenantId, instance.Id));
        return instance.Id;
    }

    private static void Add(ConsoleDb db, Instance instance, string token, DateTimeOffset now)
    {
        var route = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        db.Instances.Add(instance);
        db.InstanceStatuses.Add(
            new InstanceStatus
            {
                InstanceId = instance.Id,
                TenantId = instance.TenantId,
                State = InstanceState.Unknown,
                StateSince = now,
            }
        );
        db.WebhookRoutes.Add(
            new WebhookRoute
            {
                Route = route,
                TenantId = instance.TenantId,
                InstanceId = instance.Id,
                SecretHash = WebhookRoutes.HashOf(WebhookAddressOptions.SecretOf(route, token)),
            }
        );
    }
}
