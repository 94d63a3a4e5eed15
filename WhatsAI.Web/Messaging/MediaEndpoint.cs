using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Media;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Messaging;

/// <summary>
/// Gives stored files to members: <c>GET /t/{slug}/media/{id}</c>, with <c>?download=1</c> never shown. The address's company was entered by the request's
/// door; a file of another one is not found. What a stranger sent must not become a page of ours: a short list of types is shown, in a sandbox, and the
/// rest is a download without a type.
/// </summary>
public static class MediaEndpoint
{
    private const string Policy = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

    public static void MapMedia(this IEndpointRouteBuilder app) =>
        app.MapGet("/t/{slug}/media/{mediaId}", SendAsync).RequireAuthorization();

    private static async Task<IResult> SendAsync(
        string mediaId,
        string? download,
        HttpContext context,
        CurrentMember member,
        Limits limits,
        IStringLocalizer<CommonText> texts,
        MediaQueries queries,
        IMediaStore store
    )
    {
        if (member.IsSet && !limits.AdmitsDownload(member.UserId))
        {
            context.Response.Headers.RetryAfter = "60";
            return Results.Text(texts["too-many-files"], statusCode: StatusCodes.Status429TooManyRequests);
        }

        if (
            !member.Allows(Permission.ConversationsRead)
            || !Id.TryParse<MediaId>(mediaId, out var id)
            || await queries.FindAsync(id, context.RequestAborted) is not { } file
            || store.OpenRead(file.Hash) is not { } content
        )
        {
            return Results.NotFound();
        }

        var served = ServedFile.Of(file.ContentType, file.FileName, download is "1");
        var disposition = new ContentDispositionHeaderValue(served.Inline ? "inline" : "attachment");
        disposition.SetHttpFileName(served.FileName);
        var headers = context.Response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // The bytes behind an id never change, and only the one who was given them may keep them.
        headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.Stream(
            content,
            served.ContentType,
            entityTag: new EntityTagHeaderValue($"\"{file.Hash}\""),
            enableRangeProcessing: true
        );
    }
}
