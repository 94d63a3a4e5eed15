using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Contacts.Imports;

/// <summary>
/// Contacts as files, <c>GET /t/{slug}/contacts/export</c> (with <c>as=vcf</c> as cards) with the list's own filters, and what became of an import's lines. Read and sent
/// by pages: however many there are, few are held.
/// </summary>
public static class ContactFiles
{
    public static void MapContactFiles(this IEndpointRouteBuilder app)
    {
        app.MapGet("/t/{slug}/contacts/export", ExportAsync).RequireAuthorization();
        app.MapGet("/t/{slug}/contacts/imports/{importId}/report", ReportAsync).RequireAuthorization();
    }

    private static async Task<IResult> ExportAsync(
        [FromQuery(Name = "as")] string? form,
        [FromQuery(Name = "q")] string? text,
        string? tag,
        string? consent,
        string? segment,
        HttpContext context,
        CurrentMember member,
        Limits limits,
        ContactExportQueries contacts,
        ContactCatalogQueries catalogs,
        TenantSettingsCache settings,
        TimeProvider time,
        IStringLocalizer<ContactsText> texts
    )
    {
        if (Refused(context, member, limits, texts) is { } refused)
        {
            return refused;
        }

        var gone = context.RequestAborted;
        var filter = new ContactsView(text, tag, consent, segment).ToFilter();
        var fields = (await catalogs.ReadAsync(gone)).Fields;
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await settings.OfAsync(member.TenantId, gone)).TimeZone);
        var cards = form == "vcf";
        Begin(
            context,
            $"{texts["file.contacts"]}-{LocalDays.Of(time.GetUtcNow(), zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}",
            cards
        );
        var (isFirst, after) = (true, (ContactKey?)null);
        var words = new FieldWords(texts["yes"].Value, texts["no"].Value, CultureInfo.CurrentCulture);
        do
        {
            var page = await contacts.PageAsync(filter, after, gone);
            var bytes = cards
                ? Encoding.UTF8.GetBytes(
                    string.Concat(page.Rows.Where(r => r.Phone is not null).Select(r => VCardText.Write(r.Name, [r.Phone!], r.Tags)))
                )
                : CsvFile.Page(Rows(page.Rows, fields, isFirst, zone, words, texts), CultureInfo.CurrentCulture, isFirst);
            await context.Response.Body.WriteAsync(bytes, gone);
            (isFirst, after) = (false, page.Next);
        } while (after is not null);

        return Results.Empty;
    }

    private static IEnumerable<IReadOnlyList<object?>> Rows(
        IReadOnlyList<ContactExportRow> rows,
        IReadOnlyList<ContactField> fields,
        bool withTitles,
        TimeZoneInfo zone,
        FieldWords words,
        IStringLocalizer<ContactsText> texts
    )
    {
        if (withTitles)
        {
            yield return
            [
                texts["name"].Value,
                texts["phone"].Value,
                texts["tags"].Value,
                texts["consent"].Value,
                texts["consent.when"].Value,
                .. fields.Select(f => f.Name),
                texts["file.since"].Value,
            ];
        }

        foreach (var row in rows)
        {
            yield return
            [
                row.Name,
                row.Phone,
                string.Join(", ", row.Tags),
                texts[row.Consent.Key()].Value,
                Local(row.ConsentSince, zone),
                .. fields.Select(f => row.Fields.GetValueOrDefault(f.Key) is { } value ? words.Of(value) : null),
                Local(row.CreatedAt, zone),
            ];
        }
    }

    private static async Task<IResult> ReportAsync(
        string importId,
        HttpContext context,
        CurrentMember member,
        Limits limits,
        ImportQueries imports,
        IStringLocalizer<ContactsText> texts
    )
    {
        if (Refused(context, member, limits, texts) is { } refused)
        {
            return refused;
        }

        var gone = context.RequestAborted;
        if (!Id.TryParse<ImportId>(importId, out var id) || await imports.FindAsync(id, gone) is null)
        {
            return Results.NotFound();
        }

        Begin(context, texts["file.report"].Value, cards: false);
        var (isFirst, after) = (true, 0L);
        while (true)
        {
            var lines = await imports.LinesAsync(id, after, 5_000, gone);
            if (lines.Count == 0 && !isFirst)
            {
                return Results.Empty;
            }

            await context.Response.Body.WriteAsync(CsvFile.Page(Lines(lines, isFirst, texts), CultureInfo.CurrentCulture, isFirst), gone);
            (isFirst, after) = (false, lines.Count == 0 ? long.MaxValue : lines[^1].Line);
        }
    }

    private static IEnumerable<IReadOnlyList<object?>> Lines(
        IReadOnlyList<ImportLineRow> lines,
        bool withTitles,
        IStringLocalizer<ContactsText> texts
    )
    {
        if (withTitles)
        {
            yield return
            [
                texts["report.line"].Value,
                texts["report.outcome"].Value,
                texts["report.why"].Value,
                texts["report.notes"].Value,
            ];
        }

        foreach (var line in lines)
        {
            yield return
            [
                line.Line,
                texts[$"import.{line.Outcome}"].Value,
                line.Outcome == "duplicate" ? texts["import.of-line", line.Detail ?? ""].Value
                : line.Detail is { } key ? texts[key].Value
                : null,
                string.Join(" · ", line.Notes.Select(n => Note(n, texts))),
            ];
        }
    }

    private static string Note(string note, IStringLocalizer<ContactsText> texts)
    {
        var parts = note.Split(':', 2);
        var column = int.TryParse(parts[0], CultureInfo.InvariantCulture, out var at) ? at + 1 : 0;
        return texts["import.note", column, texts[parts[^1]].Value];
    }

    private static IResult? Refused(HttpContext context, CurrentMember member, Limits limits, IStringLocalizer<ContactsText> texts)
    {
        if (!member.Allows(Permission.ContactsTransfer))
        {
            return Results.NotFound();
        }

        if (limits.AdmitsDownload(member.UserId))
        {
            return null;
        }

        context.Response.Headers.RetryAfter = "60";
        return Results.Text(texts["too-many-files"], statusCode: StatusCodes.Status429TooManyRequests);
    }

    private static void Begin(HttpContext context, string name, bool cards)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{name}.{(cards ? "vcf" : "csv")}");
        var response = context.Response;
        response.ContentType = cards ? "text/vcard; charset=utf-8" : "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static string? Local(DateTimeOffset? at, TimeZoneInfo zone) =>
        at is { } moment ? TimeZoneInfo.ConvertTime(moment, zone).DateTime.ToString("g", CultureInfo.CurrentCulture) : null;
}
