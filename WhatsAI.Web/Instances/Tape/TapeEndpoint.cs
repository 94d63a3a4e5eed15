using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Instances.Tape;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;
using WhatsAI.Web.Instances.Pools.Alerts;

namespace WhatsAI.Web.Instances.Tape;

/// <summary>
/// Gives a part of a number's tape as a file: <c>GET /t/{slug}/numbers/{id}/tape/export</c> with the page's own window. The address's company was entered by
/// the request's door; who does not see the number finds nothing here either.
/// </summary>
public static class TapeEndpoint
{
    private const int MostLines = 10_000;

    public static void MapTapes(this IEndpointRouteBuilder app) =>
        app.MapGet("/t/{slug}/numbers/{id}/tape/export", SendAsync).RequireAuthorization();

    private static async Task<IResult> SendAsync(
        string id,
        string? span,
        string? to,
        HttpContext context,
        [FromServices] TapeReads reads,
        CurrentMember member,
        Limits limits,
        IStringLocalizer<TapeText> texts
    )
    {
        if (member.IsSet && !limits.AdmitsDownload(member.UserId))
        {
            context.Response.Headers.RetryAfter = "60";
            return Results.Text(texts["too-many-files"], statusCode: StatusCodes.Status429TooManyRequests);
        }

        if (!member.Allows(Permission.NumbersRead) || !Id.TryParse<InstanceId>(id, out var number))
        {
            return Results.NotFound();
        }

        var ct = context.RequestAborted;
        var (from, end) = TapeView.Read(span, to, at: null).Window(reads.Time.GetUtcNow());
        if (await reads.Tapes.ReadAsync(number, from, end, ct) is not { } tape)
        {
            return Results.NotFound();
        }

        var zone = TimeZoneInfo.FindSystemTimeZoneById((await reads.Settings.OfAsync(member.TenantId, ct)).TimeZone);
        var events = await reads.Tapes.ListAsync(number, from, end, before: null, MostLines, ct);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        var day = TimeZoneInfo.ConvertTime(end, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Results.File(
            CsvFile.Write(
                Rows(tape, events, zone, new TapeWords(texts, reads.Numbers, reads.Pools, reads.Alerts)),
                CultureInfo.CurrentCulture
            ),
            "text/csv; charset=utf-8",
            $"whatsai-tape-{day}.csv"
        );
    }

    private static IEnumerable<IReadOnlyList<object?>> Rows(
        NumberTape tape,
        IEnumerable<TapeEvent> events,
        TimeZoneInfo zone,
        TapeWords words
    )
    {
        var L = words.L;
        yield return
        [
            L["csv.time", zone.Id].Value,
            L["csv.what"].Value,
            L["csv.who"].Value,
            L["lane.sent"].Value,
            L["lane.acks"].Value,
            L["lane.received"].Value,
            L["lane.failed"].Value,
        ];
        var lines = events
            .Select(e => (e.At, Row: (IReadOnlyList<object?>)[Time(e.At), words.Of(e), words.Who(e), null, null, null, null]))
            .Concat(
                tape.Traffic.Select(t =>
                    (
                        t.At,
                        Row: (IReadOnlyList<object?>)
                            [
                                Time(t.At),
                                L["csv.messages", (int)tape.Each.TotalMinutes].Value,
                                null,
                                t.Sent,
                                t.Confirmed,
                                t.Received,
                                t.Failed,
                            ]
                    )
                )
            );
        foreach (var (_, row) in lines.OrderBy(l => l.At))
        {
            yield return row;
        }

        string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }
}

/// <summary>What a tape's file is made of.</summary>
public sealed record TapeReads(
    TapeQueries Tapes,
    TenantSettingsCache Settings,
    TimeProvider Time,
    IStringLocalizer<InstancesText> Numbers,
    IStringLocalizer<PoolsText> Pools,
    IStringLocalizer<AlertsText> Alerts
);
