using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>Changes of a campaign's state that no form is open for, with the lane's switch and the line of its history, in the caller's transaction.</summary>
internal static class StateSql
{
    /// <summary>False: it is in another state meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The rules forbid it: a bug of the caller.</exception>
    public static async Task<bool> BecomeAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        CampaignState to,
        CampaignCause cause,
        PauseDetail? detail,
        (UserId Id, string Name)? by,
        CancellationToken ct
    )
    {
        if (!CampaignRules.May(run.State, to, cause) || (cause == CampaignCause.ByPerson) != (by is not null))
        {
            throw new InvalidOperationException($"A campaign that is {run.State} does not become {to} for {cause}.");
        }

        await using (
            var update = connection.Sql(
                """
                UPDATE campaigns SET state = $4, state_since = now(), cause = $5, detail = $6 WHERE tenant_id = $1 AND id = $2 AND state = $3
                """,
                run.Tenant.Value,
                run.Id.Value,
                run.State.ToString(),
                to.ToString(),
                cause.ToString(),
                Text(detail?.ToString())
            )
        )
        {
            if (await update.ExecuteNonQueryAsync(ct) == 0)
            {
                return false;
            }
        }

        await LineAsync(
            connection,
            run.Tenant,
            run.Id,
            new CampaignChange(run.State, to, cause, by?.Id, run.Now, detail?.ToString()),
            by?.Name,
            ct
        );
        if (to is CampaignState.Paused or CampaignState.Cancelled)
        {
            await CampaignSql.HoldAsync(connection, run.Tenant, run.Id, detail?.Why ?? [HeldFor(to)], ct);
        }

        return true;
    }

    /// <summary>Why the lane is held where nothing graver is to be said.</summary>
    public static string HeldFor(CampaignState state) => state == CampaignState.Cancelled ? "held.cancelled" : "held.by-person";

    public static async Task LineAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignId campaign,
        CampaignChange change,
        string? byName,
        CancellationToken ct
    )
    {
        await using var line = connection.Sql(
            """
            INSERT INTO campaign_changes (id, tenant_id, campaign_id, "from", "to", cause, by_id, by_name, at, detail)
            VALUES ($3, $1, $2, $4, $5, $6, $7, left($8, 120), now(), $9)
            """,
            tenant.Value,
            campaign.Value,
            Id.New<CampaignId>(change.At).Value,
            change.From.ToString(),
            change.To.ToString(),
            change.Cause.ToString(),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)change.By?.Value ?? DBNull.Value },
            Text(byName),
            Text(change.Detail)
        );
        await line.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
