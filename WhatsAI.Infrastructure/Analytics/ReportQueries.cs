using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Analytics;

/// <summary>Figures of a company's work, of the numbers the member sees.</summary>
public sealed class ReportQueries(NpgsqlDataSource database, CurrentMember member, TimeProvider time)
{
    public async Task<Report> ReadAsync(ReportQuery query, CancellationToken ct = default)
    {
        member.Demand(Permission.ReportsRead);
        // Side by side: the one before takes as long as the one asked for.
        var both = await Task.WhenAll(FiguresAsync(query, query.Span, ct), FiguresAsync(query, query.Before, ct));
        return new Report(time.GetUtcNow(), both[0], both[1]);
    }

    private async Task<Figures> FiguresAsync(ReportQuery query, ReportSpan span, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        // A quarter's answers are sorted in memory.
        await using (var memory = scope.Connection.Sql("SET LOCAL work_mem = '32MB'"))
        {
            await memory.ExecuteNonQueryAsync(ct);
        }

        return await new ReportSql(scope.Connection, member.TenantId, member.Numbers, query).FiguresAsync(span, ct);
    }

    /// <summary>Also of what was removed, because it is in reports of earlier times.</summary>
    public async Task<ReportNames> NamesAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ReportsRead);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return new ReportNames(
            await NamesAsync(
                scope.Connection,
                $"SELECT id, name, deleted_at IS NOT NULL FROM instances WHERE tenant_id = $1 AND {NumberSight.In("id", 2)}",
                ct
            ),
            await NamesAsync(
                scope.Connection,
                "SELECT id, name, false FROM teams WHERE tenant_id = $1 AND $2::uuid[] IS NOT DISTINCT FROM $2",
                ct
            ),
            await NamesAsync(
                scope.Connection,
                """
                SELECT m.user_id, u.display_name, m.disabled_at IS NOT NULL FROM memberships m JOIN users u ON u.id = m.user_id
                WHERE m.tenant_id = $1 AND $2::uuid[] IS NOT DISTINCT FROM $2
                """,
                ct
            )
        );
    }

    private async Task<List<ReportName>> NamesAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.Sql(sql, member.TenantId.Value, member.NumbersParameter());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new List<ReportName>();
        while (await reader.ReadAsync(ct))
        {
            names.Add(new ReportName(reader.GetGuid(0), reader.GetString(1), reader.GetBoolean(2)));
        }

        return [.. names.OrderBy(n => n.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(n => n.Id)];
    }
}
