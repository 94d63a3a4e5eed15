using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>What telling needs beside the database.</summary>
internal sealed record AlertPostTools(
    IEnumerable<IAlertPost> Posts,
    SecretBox Secrets,
    TenantSettingsCache Settings,
    IOptions<AlertOptions> Options,
    TimeProvider Time
)
{
    /// <summary>The purpose of channels' secrets in <see cref="SecretBox"/>.</summary>
    public const string SecretPurpose = "alert-channel";

    public async Task<Told> TellAsync(ClaimedDelivery delivery, AlertRow? alert, AlertSender from, CancellationToken ct)
    {
        var secret = "";
        if (delivery.EncryptedSecret is not null && !Secrets.TryUnprotect(delivery.EncryptedSecret, SecretPurpose, out secret))
        {
            return new Told(DeliveryOutcome.SecretLost);
        }

        var site = Options.Value.SiteAddress?.AbsoluteUri.TrimEnd('/');
        var telling = new AlertTelling(
            delivery.Id,
            delivery.Attempt,
            delivery.MayRepeat,
            delivery.Kind,
            delivery.Name,
            delivery.Target,
            secret,
            alert,
            from,
            site is null ? null : $"{site}/t/{from.Slug}/alerts",
            Time.GetUtcNow()
        );
        return await Posts.Single(p => p.Kind == delivery.Kind).TellAsync(telling, ct);
    }

    public async Task<AlertSender> SenderAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        var rules = await Settings.OfAsync(tenant, ct);
        await using var command = connection.Sql("SELECT name FROM tenants WHERE id = $1", tenant.Value);
        var name = (string)(await command.ExecuteScalarAsync(ct))!;
        return new AlertSender(
            name,
            rules.Slug,
            CultureInfo.GetCultureInfo(rules.Language),
            TimeZoneInfo.FindSystemTimeZoneById(rules.TimeZone)
        );
    }
}

/// <summary>
/// Tells a company's channels what waits for them. The attempt is committed before it is made, and what came of it after it, so that two copies never make the
/// same attempt and a killed one's is made again.
/// </summary>
internal sealed class AlertPosting(NpgsqlDataSource database, AlertPostTools tools, ILogger<AlertPosting> log)
{
    /// <summary>At once: what hangs must not hold up the rest.</summary>
    private const int AtOnce = 8;

    /// <summary>Until nothing of the company is due any more.</summary>
    public async Task RunAsync(TellingTurn turn, CancellationToken ct)
    {
        while (await TellAsync(turn.Tenant, ct) == AtOnce) { }

        await using var scope = await database.BeginAsync(turn.Tenant, ct);
        await DeliverySql.GiveBackAsync(scope.Connection, turn, ct);
        await scope.CommitAsync(ct);
    }

    private async Task<int> TellAsync(TenantId tenant, CancellationToken ct)
    {
        IReadOnlyList<ClaimedDelivery> claimed;
        Dictionary<AlertId, AlertRow> alerts;
        AlertSender from;
        await using (var scope = await database.BeginAsync(tenant, ct))
        {
            claimed = await DeliverySql.ClaimAsync(scope.Connection, tenant, AtOnce, ct);
            if (claimed.Count == 0)
            {
                return 0;
            }

            alerts = (
                await AlertRow.ReadAsync(
                    scope.Connection.Sql(
                        $"{AlertRow.Sql} AND a.id = ANY ($3)",
                        tenant.Value,
                        NumberSight.Parameter(numbers: null),
                        claimed.Select(c => c.Alert.Value).ToArray()
                    ),
                    ct
                )
            ).ToDictionary(a => a.Id);
            from = await tools.SenderAsync(scope.Connection, tenant, ct);
            await scope.CommitAsync(ct);
        }

        await Task.WhenAll(claimed.Select(c => TellAsync(tenant, c, alerts[c.Alert], from, ct)));
        return claimed.Count;
    }

    private async Task TellAsync(TenantId tenant, ClaimedDelivery delivery, AlertRow alert, AlertSender from, CancellationToken ct)
    {
        var told = await tools.TellAsync(delivery, alert, from, ct);
        AlertMeter.Told(delivery.Kind, told.Outcome);
        if (told.Outcome != DeliveryOutcome.Delivered)
        {
            log.LogInformation(
                "Alert channel {ChannelId} of {TenantId} was not told at attempt {Attempt}: {Failure}",
                delivery.Channel,
                tenant,
                delivery.Attempt,
                told.Outcome
            );
        }

        await using var scope = await database.BeginAsync(tenant, CancellationToken.None);
        await DeliverySql.EndAsync(scope.Connection, tenant, delivery, told, CancellationToken.None);
        await scope.CommitAsync(CancellationToken.None);
    }
}
