using System.Globalization;
using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>How the part of a campaign that is to blame is called.</summary>
internal static class CulpritNames
{
    /// <summary>By campaign; without those that are gone, need no name, or are a number that the member does not see.</summary>
    public static async Task<Dictionary<CampaignId, string>> ReadAsync(
        NpgsqlConnection connection,
        CurrentMember member,
        IReadOnlyList<(CampaignId Campaign, Culprit Culprit, Audience? Audience)> blamed,
        CancellationToken ct
    )
    {
        var wanted = blamed.Select(b => (b.Campaign, Id: IdOf(b.Culprit, b.Audience))).Where(b => b.Id is not null).ToList();
        if (wanted.Count == 0)
        {
            return [];
        }

        await using var command = connection.Sql(
            $"""
            SELECT id, name FROM instances WHERE tenant_id = $1 AND id = ANY ($2) AND {NumberSight.In("id", 3)}
            UNION ALL SELECT id, name FROM segments WHERE tenant_id = $1 AND id = ANY ($2)
            UNION ALL SELECT id, name FROM tags WHERE tenant_id = $1 AND id = ANY ($2)
            UNION ALL SELECT id, file_name FROM contact_imports WHERE tenant_id = $1 AND id = ANY ($2)
            """,
            member.TenantId.Value,
            wanted.Select(w => w.Id!.Value).Distinct().ToArray(),
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new Dictionary<Guid, string>();
        while (await reader.ReadAsync(ct))
        {
            names[reader.GetGuid(0)] = reader.GetString(1);
        }

        return wanted.Where(w => names.ContainsKey(w.Id!.Value)).ToDictionary(w => w.Campaign, w => names[w.Id!.Value]);
    }

    private static Guid? IdOf(Culprit culprit, Audience? audience) =>
        culprit.Kind switch
        {
            SliceKind.Number => Id.TryParse<InstanceId>(culprit.Key, out var number) ? number.Value : null,
            SliceKind.Segment => int.TryParse(culprit.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            && place < audience?.From.Count
                ? audience.From[place] switch
                {
                    AudienceSource.OfSegment { Segment: var segment } => segment.Value,
                    AudienceSource.OfTag { Tag: var tag } => tag.Value,
                    AudienceSource.OfImport { Import: var import } => import,
                    _ => null,
                }
                : null,
            _ => null,
        };
}
