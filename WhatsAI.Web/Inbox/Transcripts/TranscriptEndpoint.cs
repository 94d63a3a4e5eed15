using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Transcripts;

/// <summary>
/// What was said in a conversation, as a file: <c>GET /t/{slug}/inbox/{id}/transcript</c>, with <c>?as=html</c> as a page. Read and sent by pages of messages,
/// however long it is; the database is not held while a slow browser takes it.
/// </summary>
public static class TranscriptEndpoint
{
    public static void MapTranscripts(this IEndpointRouteBuilder app) =>
        app.MapGet("/t/{slug}/inbox/{conversationId}/transcript", SendAsync).RequireAuthorization();

    public static string Of(ShellContext shell, ConversationId conversation, bool html) =>
        shell.Path($"inbox/{conversation}/transcript{(html ? "?as=html" : "")}");

    private static async Task<IResult> SendAsync(
        string conversationId,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "as")] string? form,
        HttpContext context,
        CurrentMember member,
        Limits limits,
        ConversationQueries conversations,
        MessageQueries messages,
        TenantQueries tenants,
        TimeProvider time,
        TranscriptWords words
    )
    {
        if (member.IsSet && !limits.AdmitsDownload(member.UserId))
        {
            context.Response.Headers.RetryAfter = "60";
            return Results.Text(words.TooMany, statusCode: StatusCodes.Status429TooManyRequests);
        }

        var gone = context.RequestAborted;
        if (
            !member.Allows(Permission.ConversationsRead)
            || !Id.TryParse<ConversationId>(conversationId, out var id)
            || await conversations.FindAsync(id, gone) is not { } view
        )
        {
            return Results.NotFound();
        }

        var settings = await tenants.SettingsAsync(gone);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone);
        ITranscriptFormat format = form is "html" ? new HtmlTranscript() : new PlainTranscript();
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{words.FileName}-{now.ToString("yyyy-MM-dd-HHmm", CultureInfo.InvariantCulture)}.{format.Extension}");
        var response = context.Response;
        response.ContentType = format.ContentType;
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
        response.Headers.CacheControl = "no-store";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var page = await messages.SaidAsync(id, ct: gone);
        await response.WriteAsync(format.Begin(words.Head(view.Row, settings.Name, now, zone)), gone);
        while (page.Count > 0)
        {
            await response.WriteAsync(string.Concat(page.Select(row => format.Message(words.Of(row, view.Row, zone)))), gone);
            page = await messages.SaidAsync(id, page[^1].Key, ct: gone);
        }

        await response.WriteAsync(format.End(), gone);
        return Results.Empty;
    }
}
