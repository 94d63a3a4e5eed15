using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>What a member types about a channel.</summary>
/// <param name="Secret">A Telegram bot's token; null or empty: the stored one stays. Webhooks' secrets are made here.</param>
/// <param name="Kinds">Empty: all.</param>
/// <param name="Revision">As it was when the form was opened.</param>
public sealed record AlertChannelForm(
    AlertChannelKind Kind,
    string Name,
    string Target,
    string? Secret,
    AlertLevel Lowest,
    IReadOnlyList<AlertKind> Kinds,
    int Revision = 0
);

/// <param name="Secret">What a webhook is signed with, shown this once; null for other kinds.</param>
public sealed record MadeChannel(AlertChannelId Id, string? Secret);

/// <summary>What channels are kept and tried with.</summary>
internal sealed record AlertChannelTools(AlertPostTools Posts, Limits Limits, EventHub Hub);

/// <summary>
/// The places outside the console that are told of alerts. A channel tells of every number, so it is for who may manage the company, and he sees them all.
/// </summary>
public sealed class AlertChannelActions
{
    private readonly IDbContextFactory<ConsoleDb> _dbs;
    private readonly NpgsqlDataSource _database;
    private readonly CurrentMember _member;
    private readonly AlertChannelTools _tools;

    internal AlertChannelActions(
        IDbContextFactory<ConsoleDb> dbs,
        NpgsqlDataSource database,
        CurrentMember member,
        AlertChannelTools tools
    ) => (_dbs, _database, _member, _tools) = (dbs, database, member, tools);

    /// <exception cref="RuleException">Not allowed, not acceptable, the name is taken, there are too many, or there is no master key.</exception>
    public async Task<MadeChannel> CreateAsync(AlertChannelForm form, CancellationToken ct = default)
    {
        _member.Demand(Permission.TenantManage);
        await using var db = await _dbs.CreateDbContextAsync(ct);
        if (await db.AlertChannels.CountAsync(ct) >= AlertChannel.MaxChannels)
        {
            throw new RuleException("alert-channel.too-many", AlertChannel.MaxChannels);
        }

        var now = _tools.Posts.Time.GetUtcNow();
        var choice = new AlertChoice(form.Lowest, form.Kinds);
        var channel = new AlertChannel(Id.New<AlertChannelId>(now), _member.TenantId, form.Kind, form.Name, form.Target, choice, now);
        var made = form.Kind == AlertChannelKind.Webhook ? NewSecret() : null;
        if (form.Kind != AlertChannelKind.Email)
        {
            channel.Rekey(Seal(made ?? TokenOf(form.Secret)));
        }

        db.AlertChannels.Add(channel);
        await SaveAsync(db, ct);
        return new MadeChannel(channel.Id, made);
    }

    /// <summary>Name, target, choice and, where one is typed, the bot's token; the kind stays.</summary>
    /// <exception cref="RuleException">As for a new one; or it is gone, or somebody changed it meanwhile.</exception>
    public async Task ChangeAsync(AlertChannelId id, AlertChannelForm form, CancellationToken ct = default)
    {
        _member.Demand(Permission.TenantManage);
        await using var db = await _dbs.CreateDbContextAsync(ct);
        var channel = await FindAsync(db, id, ct);
        db.Entry(channel).Property(c => c.Revision).OriginalValue = form.Revision;
        channel.Change(form.Name, form.Target, new AlertChoice(form.Lowest, form.Kinds));
        if (channel.Kind == AlertChannelKind.Telegram && !string.IsNullOrWhiteSpace(form.Secret))
        {
            channel.Rekey(Seal(TokenOf(form.Secret)));
        }

        await SaveAsync(db, ct);
    }

    /// <summary>Off, it is told of nothing more, nor of what waits for it; on, of what is raised from now on.</summary>
    /// <exception cref="RuleException">Not allowed, or it is gone.</exception>
    public async Task EnableAsync(AlertChannelId id, bool on, CancellationToken ct = default)
    {
        _member.Demand(Permission.TenantManage);
        await using var db = await _dbs.CreateDbContextAsync(ct);
        var channel = await FindAsync(db, id, ct);
        channel.Enable(on);
        if (!on)
        {
            var now = _tools.Posts.Time.GetUtcNow();
            await db
                .AlertDeliveries.Where(d => d.ChannelId == id && d.DeliveredAt == null && d.GivenUpAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.GivenUpAt, now), ct);
        }

        await SaveAsync(db, ct);
    }

    /// <exception cref="RuleException">Not allowed, or it is gone.</exception>
    public async Task RemoveAsync(AlertChannelId id, CancellationToken ct = default)
    {
        _member.Demand(Permission.TenantManage);
        await using var db = await _dbs.CreateDbContextAsync(ct);
        db.AlertChannels.Remove(await FindAsync(db, id, ct));
        await SaveAsync(db, ct);
    }

    /// <summary>Webhooks are signed with another secret from now on.</summary>
    /// <returns>The secret, shown this once.</returns>
    /// <exception cref="RuleException">Not allowed, it is gone, or no webhook.</exception>
    public async Task<string> RenewSecretAsync(AlertChannelId id, CancellationToken ct = default)
    {
        _member.Demand(Permission.TenantManage);
        await using var db = await _dbs.CreateDbContextAsync(ct);
        var channel = await FindAsync(db, id, ct);
        if (channel.Kind != AlertChannelKind.Webhook)
        {
            throw new RuleException("alert-channel.no-secret");
        }

        var secret = NewSecret();
        channel.Rekey(Seal(secret));
        await SaveAsync(db, ct);
        return secret;
    }

    /// <summary>Sends a test now, once; what came of it is kept as the channel's last word.</summary>
    /// <exception cref="RuleException">Not allowed, it is gone, or there were too many.</exception>
    public async Task<DeliveryOutcome> TestAsync(AlertChannelId id, CancellationToken ct = default)
    {
        _member.Demand(Permission.TenantManage);
        _tools.Limits.DemandAlertTest(_member.UserId);
        await using var db = await _dbs.CreateDbContextAsync(ct);
        var channel = await FindAsync(db, id, ct);
        AlertSender from;
        await using (var scope = await _database.BeginAsync(_member.TenantId, ct))
        {
            from = await _tools.Posts.SenderAsync(scope.Connection, _member.TenantId, ct);
        }

        var attempt = new ClaimedDelivery(
            Guid.NewGuid(),
            default,
            id,
            1,
            MayRepeat: false,
            channel.Kind,
            channel.Name,
            channel.Target,
            channel.EncryptedSecret
        );
        var told = await _tools.Posts.TellAsync(attempt, alert: null, from, ct);
        AlertMeter.Told(channel.Kind, told.Outcome);
        await using (var scope = await _database.BeginAsync(_member.TenantId, ct))
        {
            await using var batch = new NpgsqlBatch(scope.Connection)
            {
                BatchCommands = { DeliverySql.ChannelCommand(_member.TenantId, id, told.Outcome) },
            };
            await batch.ExecuteNonQueryAsync(ct);
            await scope.CommitAsync(ct);
        }

        _tools.Hub.Publish(new AlertsChanged(_member.TenantId));
        return told.Outcome;
    }

    private static string NewSecret() => "whsec_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static string TokenOf(string? secret) =>
        secret?.Trim() is { } token && AlertChannel.IsTelegramToken(token) ? token : throw new RuleException("alert-channel.token-invalid");

    private static async Task<AlertChannel> FindAsync(ConsoleDb db, AlertChannelId id, CancellationToken ct) =>
        await db.AlertChannels.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new RuleException("alert-channel.gone");

    private string Seal(string secret) => _tools.Posts.Secrets.Protect(secret, AlertPostTools.SecretPurpose);

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("alert-channel.changed-meanwhile"),
            taken: () => new RuleException("alert-channel.name-taken"),
            ct: ct
        );

        _tools.Hub.Publish(new AlertsChanged(_member.TenantId));
    }
}
