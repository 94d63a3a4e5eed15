using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Web.Inbox.Voice;

/// <summary>What the browser says of a recording, beside its bytes.</summary>
/// <param name="Key">Made with the recording: however often it is posted, it is one message.</param>
/// <param name="Wave">Loudness in base64url.</param>
/// <param name="Despite">Its author was asked, and sends it all the same.</param>
/// <param name="Waited">Milliseconds since he sent it.</param>
public sealed record VoicePost(string Conversation, Guid Key, int Seconds, string? Wave, string? Reply, bool? Despite, double? Waited);

/// <param name="Error">Why it is refused, in words.</param>
/// <param name="Ask">Why its author should look once more.</param>
public sealed record VoiceAnswer(string? Error = null, string? Ask = null);

/// <summary>
/// Takes a recorded voice message and sends it: <c>POST /t/{slug}/voice</c>, the body being the recording. Not through the circuit, so that it goes out as soon
/// as the server can be reached; asked again with the same key it goes out once.
/// </summary>
public static class VoiceEndpoint
{
    public static void MapVoice(this IEndpointRouteBuilder app) =>
        app.MapPost("/t/{slug}/voice", TakeAsync).RequireAuthorization().DisableAntiforgery();

    public static string Of(ShellContext shell) => shell.Path("voice");

    private static async Task<IResult> TakeAsync(
        [AsParameters] VoicePost post,
        HttpContext context,
        CurrentMember member,
        MediaActions media,
        ReplyActions replies,
        WatcherRows watchers,
        CollisionWords collisions,
        IStringLocalizer<RuleText> rules
    )
    {
        // A form of another site could post it with the session's cookie; only our own pages say that they are ours.
        if (
            context.Request.Headers.Origin is not [{ } origin]
            || !Uri.TryCreate(origin, UriKind.Absolute, out var from)
            || from.Authority != SecurityHeaders.Authority(context.Request)
        )
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        if (!Id.TryParse<ConversationId>(post.Conversation, out var conversation) || post.Key == Guid.Empty)
        {
            return Results.NotFound();
        }

        var gone = context.RequestAborted;
        try
        {
            if (await replies.TookAsync(post.Key, gone))
            {
                return Results.Ok(new VoiceAnswer());
            }

            var note = VoiceNote.Of(post.Seconds, Wave(post.Wave));
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = VoiceNote.LargestFile;
            var file = await media.UploadAsync(context.Request.Body, fileName: null, gone);
            var guard = post.Despite is true ? null : watchers.Guard(member.TenantId, conversation, Waited(post.Waited));
            MessageId? reply = Id.TryParse<MessageId>(post.Reply, out var quoted) ? quoted : null;
            var answer = await replies.AnswerVoiceAsync(conversation, post.Key, file, note, reply, guard, gone);
            return answer is QueueAnswer.Collided { Why: var why }
                ? Results.Json(new VoiceAnswer(Ask: await collisions.OfAsync(why, gone)), statusCode: StatusCodes.Status409Conflict)
                : Results.Ok(new VoiceAnswer());
        }
        catch (RuleException broken)
        {
            var text = rules[broken.Key, [.. broken.Values]].Value;
            return Results.Json(new VoiceAnswer(Error: text), statusCode: StatusCodes.Status422UnprocessableEntity);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            var text = rules["voice.too-long", VoiceNote.Longest / 60].Value;
            return Results.Json(new VoiceAnswer(Error: text), statusCode: StatusCodes.Status422UnprocessableEntity);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static TimeSpan Waited(double? milliseconds) =>
        TimeSpan.FromMilliseconds(milliseconds is { } waited && double.IsFinite(waited) ? Math.Clamp(waited, 0, 1e9) : 0);

    private static byte[]? Wave(string? text)
    {
        var bytes = new byte[VoiceNote.Bars];
        return text is { Length: <= VoiceNote.Bars * 2 } && System.Buffers.Text.Base64Url.TryDecodeFromChars(text, bytes, out var written)
            ? bytes[..written]
            : null;
    }
}
