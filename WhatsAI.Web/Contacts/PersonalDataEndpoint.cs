using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Contacts;

/// <summary>Everything that is kept about a person, <c>GET /t/{slug}/contacts/{contactId}/personal-data</c>.</summary>
public static class PersonalDataEndpoint
{
    public static void MapPersonalData(this IEndpointRouteBuilder app) =>
        app.MapGet("/t/{slug}/contacts/{contactId}/personal-data", GetAsync).RequireAuthorization();

    private static async Task<IResult> GetAsync(
        string contactId,
        HttpContext context,
        CurrentMember member,
        Limits limits,
        PersonalDataQueries queries,
        IStringLocalizer<ContactsText> texts
    )
    {
        if (!member.Allows(Permission.ContactsErase) || !Id.TryParse<ContactId>(contactId, out var id))
        {
            return Results.NotFound();
        }

        if (!limits.AdmitsDownload(member.UserId))
        {
            context.Response.Headers.RetryAfter = "60";
            return Results.Text(texts["too-many-files"], statusCode: StatusCodes.Status429TooManyRequests);
        }

        try
        {
            var file = await queries.ExportAsync(id, context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.File(file.Content, "application/zip", $"{texts["file.personal-data"].Value}.zip");
        }
        catch (RuleException broken)
        {
            return broken.Key == "contact.gone" ? Results.NotFound() : Results.StatusCode(StatusCodes.Status403Forbidden);
        }
    }
}
