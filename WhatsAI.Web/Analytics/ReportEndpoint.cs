using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Analytics;

/// <summary>
/// Gives the dashboards' tables as files: <c>GET /t/{slug}/analytics/export?table=…</c> with the page's own filters. The address's company was entered by the
/// request's door; who may not see the page finds nothing here either.
/// </summary>
public static class ReportEndpoint
{
    public static void MapReports(this IEndpointRouteBuilder app) =>
        app.MapGet("/t/{slug}/analytics/export", SendAsync).RequireAuthorization();

    private static async Task<IResult> SendAsync(
        [AsParameters] AnalyticsQuery query,
        string? table,
        HttpContext context,
        [FromServices] ReportReads reads,
        CurrentMember member,
        Limits limits,
        IStringLocalizer<AnalyticsText> texts
    )
    {
        if (member.IsSet && !limits.AdmitsDownload(member.UserId))
        {
            context.Response.Headers.RetryAfter = "60";
            return Results.Text(texts["too-many-files"], statusCode: StatusCodes.Status429TooManyRequests);
        }

        if (!member.Allows(Permission.ReportsRead) || Enum.GetValues<ReportTableName>().All(t => AnalyticsView.Word(t) != table))
        {
            return Results.NotFound();
        }

        var asked = Enum.GetValues<ReportTableName>().First(t => AnalyticsView.Word(t) == table);
        var (zone, now) = (await reads.ZoneAsync(member.TenantId, context.RequestAborted), reads.Time.GetUtcNow());
        var view = AnalyticsView.Read(query, LocalDays.Of(now, zone));
        var export = new ReportExport(
            view,
            await reads.Reports.ReadAsync(view.ToQuery(zone, now), context.RequestAborted),
            await reads.Board.ReadAsync(context.RequestAborted),
            await reads.Reports.NamesAsync(context.RequestAborted),
            zone,
            texts
        );
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        var name = asked == ReportTableName.Parts ? AnalyticsView.Word(view.By) : AnalyticsView.Word(asked);
        return Results.File(
            CsvFile.Write(export.Rows(asked), CultureInfo.CurrentCulture),
            "text/csv; charset=utf-8",
            $"whatsai-{name}-{AnalyticsView.Day(view.Period.First)}-{AnalyticsView.Day(view.Period.Last)}.csv"
        );
    }
}

/// <summary>What a file is read from.</summary>
public sealed record ReportReads(ReportQueries Reports, LiveBoardQueries Board, TenantSettingsCache Settings, TimeProvider Time)
{
    public async ValueTask<TimeZoneInfo> ZoneAsync(TenantId tenant, CancellationToken ct) =>
        TimeZoneInfo.FindSystemTimeZoneById((await Settings.OfAsync(tenant, ct)).TimeZone);
}
