using Npgsql;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>Reads what a filter names, and fixes the day that its segment is counted with.</summary>
public sealed class ContactScopes(TenantSettingsCache settings, TimeProvider time)
{
    // Nobody: what is gone or cannot be read selects no one.
    private static readonly SegmentRule _nobody = new SegmentRule.Any([]);

    internal async Task<ContactScope> OfAsync(NpgsqlConnection connection, TenantId tenant, ContactFilter filter, CancellationToken ct) =>
        new(
            filter.Tag,
            filter.Consent,
            filter.Segment is { } segment ? await RuleAsync(connection, tenant, segment, ct) ?? _nobody : null,
            await DayAsync(tenant, ct)
        );

    /// <summary>The company's day now.</summary>
    internal async Task<SegmentDay> DayAsync(TenantId tenant, CancellationToken ct) =>
        SegmentDay.Of(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById((await settings.OfAsync(tenant, ct)).TimeZone));

    /// <summary>Null: it is gone, or of a later version.</summary>
    internal static async Task<SegmentRule?> RuleAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        SegmentId segment,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql("SELECT rule FROM segments WHERE tenant_id = $1 AND id = $2", tenant.Value, segment.Value);
        return await command.ExecuteScalarAsync(ct) is string json ? SegmentJson.Read(json) : null;
    }
}
