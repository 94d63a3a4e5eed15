using Npgsql;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>The <see cref="Core.Campaigns.CampaignSettings"/> as work that no person started reads them.</summary>
internal sealed record CampaignTerms(PersonCap Cap, ApprovalPolicy Approval, bool SkipsConversations, decimal? Price, TimeZoneInfo Zone);

internal static class SettingsSql
{
    public static async Task<CampaignTerms> ReadAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT t.time_zone, s.cap, s.approval, s.skips_conversations, s.price
            FROM tenants t LEFT JOIN campaign_settings s ON s.tenant_id = t.id WHERE t.id = $1
            """,
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(reader.GetString(0));
        return await reader.IsDBNullAsync(1, ct)
            ? new CampaignTerms(new PersonCap(), new ApprovalPolicy(), SkipsConversations: true, Price: null, zone)
            : new CampaignTerms(
                CampaignJson.Read<PersonCap>(reader.GetString(1)),
                CampaignJson.Read<ApprovalPolicy>(reader.GetString(2)),
                reader.GetBoolean(3),
                await reader.IsDBNullAsync(4, ct) ? null : reader.GetDecimal(4),
                zone
            );
    }
}
