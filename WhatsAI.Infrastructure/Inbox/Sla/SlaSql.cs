using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Sla;

internal static class SlaSql
{
    /// <summary>The company's targets and its teams' hours, as they stand now.</summary>
    public static async Task<SlaRules> ReadAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        var rules = new List<SlaRule>();
        await using (
            var command = connection.Sql(
                "SELECT team_id, priority, first_minutes, next_minutes, resolution_minutes FROM sla_targets WHERE tenant_id = $1",
                tenant.Value
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                rules.Add(
                    new SlaRule(
                        reader.GuidOrNull(0) is { } team ? new TeamId(team) : null,
                        reader.EnumOrNull<ConversationPriority>(1),
                        new SlaTimes(Time(reader, 2), Time(reader, 3), Time(reader, 4))
                    )
                );
            }
        }

        if (rules.Count == 0)
        {
            return SlaRules.None;
        }

        var hours = new Dictionary<TeamId, BusinessHours>();
        await using (var command = connection.Sql("SELECT id, hours FROM teams WHERE tenant_id = $1", tenant.Value))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var spans = JsonSerializer.Deserialize<OpenSpan[]>(reader.GetString(1), JsonSerializerOptions.Web) ?? [];
                hours.Add(new TeamId(reader.GetGuid(0)), new BusinessHours(spans));
            }
        }

        await using var place = connection.Sql("SELECT time_zone FROM tenants WHERE id = $1", tenant.Value);
        return new SlaRules(rules, hours, TimeZoneInfo.FindSystemTimeZoneById((string)(await place.ExecuteScalarAsync(ct))!));
    }

    /// <summary>
    /// The open conversations of every number are measured again: soon, and once more when the last copy has forgotten the old targets, which it may have
    /// applied to what came meanwhile. In the transaction that changes targets, hours or zone.
    /// </summary>
    public static async Task RecountAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            WITH numbers AS (
                SELECT id FROM instances WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY id
            ), asked AS (
                INSERT INTO sla_recounts (tenant_id, instance_id, again_at) SELECT $1, id, now() + $2 FROM numbers
                ON CONFLICT (tenant_id, instance_id) DO UPDATE SET again_at = excluded.again_at, done_at = NULL
            ), work AS (
                SELECT instance_id FROM work_list WHERE kind = 'Later' AND tenant_id = $1 ORDER BY instance_id FOR UPDATE
            )
            UPDATE work_list w SET due_at = least(w.due_at, now()) FROM work WHERE w.kind = 'Later' AND w.instance_id = work.instance_id
            """,
            tenant.Value,
            SlaRulesCache.Fresh + TimeSpan.FromSeconds(10)
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static TimeSpan? Time(NpgsqlDataReader reader, int at) =>
        reader.IsDBNull(at) ? null : TimeSpan.FromMinutes(reader.GetInt32(at));
}
