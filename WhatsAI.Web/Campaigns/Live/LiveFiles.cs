using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Contacts;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Web.Campaigns.Live;

/// <summary>What files are made from.</summary>
public sealed record LiveFileReads(CampaignLiveQueries Campaigns, ProofQueries Proof, TenantSettingsCache Settings);

/// <summary>The words of files.</summary>
public sealed record LiveFileTexts(
    IStringLocalizer<LiveText> Live,
    IStringLocalizer<CampaignsText> States,
    IStringLocalizer<InboxText> Reasons,
    IStringLocalizer<ContactsText> Contacts
);

/// <summary>
/// A campaign as files: <c>GET /t/{slug}/campaigns/{campaignId}/proof</c>, everybody of its audience with what became of him, read and sent by pages, however many there
/// are; and <c>…/figures?table=…</c>, the tables of its analysis.
/// </summary>
public static class LiveFiles
{
    public static void MapCampaignFiles(this IEndpointRouteBuilder app)
    {
        app.MapGet("/t/{slug}/campaigns/{campaignId}/proof", ProofAsync).RequireAuthorization();
        app.MapGet("/t/{slug}/campaigns/{campaignId}/figures", FiguresAsync).RequireAuthorization();
    }

    private static async Task<IResult> ProofAsync(
        string campaignId,
        HttpContext context,
        CurrentMember member,
        Limits limits,
        [FromServices] LiveFileReads reads,
        [FromServices] LiveFileTexts texts
    )
    {
        var gone = context.RequestAborted;
        var (refused, live) = await FindAsync(campaignId, context, member, limits, reads, texts.Live);
        if (live is null)
        {
            return refused!;
        }

        var sheets = new LiveSheets(texts, await ZoneAsync(member, reads, gone));
        Begin(context, texts.Live["file.proof", live.Head.Name]);
        await SendAsync(context, [sheets.ProofTitles()], isFirst: true);
        foreach (var leftOut in new[] { false, true })
        {
            ContactId? after = null;
            IReadOnlyList<ProofLine> page;
            do
            {
                page = leftOut
                    ? await reads.Proof.LeftOutAsync(live.Head.Id, after, gone)
                    : await reads.Proof.RecipientsAsync(live.Head.Id, after, gone);
                await SendAsync(context, page.Select(l => sheets.Proof(l, live)), isFirst: false);
                after = page is [.., var last] ? last.Contact : null;
            } while (page.Count == ProofQueries.PageSize);
        }

        return Results.Empty;
    }

    private static async Task<IResult> FiguresAsync(
        string campaignId,
        string? table,
        HttpContext context,
        CurrentMember member,
        Limits limits,
        [FromServices] LiveFileReads reads,
        [FromServices] LiveFileTexts texts
    )
    {
        var (refused, live) = await FindAsync(campaignId, context, member, limits, reads, texts.Live);
        if (live is null)
        {
            return refused!;
        }

        if (!Enum.TryParse<LiveTable>(table, ignoreCase: true, out var which) || !Enum.IsDefined(which) || int.TryParse(table, out _))
        {
            return Results.NotFound();
        }

        var sheets = new LiveSheets(texts, await ZoneAsync(member, reads, context.RequestAborted));
        Begin(context, texts.Live["file.figures", live.Head.Name, texts.Live[$"table.{which}"].Value]);
        await SendAsync(context, sheets.Rows(which, live), isFirst: true);
        return Results.Empty;
    }

    private static async Task<(IResult? Refused, CampaignLive? Live)> FindAsync(
        string campaignId,
        HttpContext context,
        CurrentMember member,
        Limits limits,
        LiveFileReads reads,
        IStringLocalizer<LiveText> texts
    )
    {
        if (!member.Allows(Permission.CampaignsRead) || !Id.TryParse<CampaignId>(campaignId, out var id))
        {
            return (Results.NotFound(), null);
        }

        if (!limits.AdmitsDownload(member.UserId))
        {
            context.Response.Headers.RetryAfter = "60";
            return (Results.Text(texts["too-many-files"], statusCode: StatusCodes.Status429TooManyRequests), null);
        }

        return await reads.Campaigns.FindAsync(id, context.RequestAborted) is { } live ? (null, live) : (Results.NotFound(), null);
    }

    private static async Task<TimeZoneInfo> ZoneAsync(CurrentMember member, LiveFileReads reads, CancellationToken gone) =>
        TimeZoneInfo.FindSystemTimeZoneById((await reads.Settings.OfAsync(member.TenantId, gone)).TimeZone);

    private static async Task SendAsync(HttpContext context, IEnumerable<IReadOnlyList<object?>> rows, bool isFirst) =>
        await context.Response.Body.WriteAsync(CsvFile.Page(rows, CultureInfo.CurrentCulture, isFirst), context.RequestAborted);

    private static void Begin(HttpContext context, string name)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        // A name that somebody typed: no path, nothing that ends a header.
        disposition.SetHttpFileName(
            string.Concat(name.Select(c => Path.GetInvalidFileNameChars().Contains(c) || c is '\\' or ':' ? '-' : c)) + ".csv"
        );
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
