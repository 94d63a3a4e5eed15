using Microsoft.Extensions.Localization;
using WhatsAI.Core.Contacts;
using WhatsAI.Infrastructure.Contacts;

namespace WhatsAI.Web.Contacts;

/// <summary>What a contact is called where he may have no name.</summary>
internal static class ContactNames
{
    public static string Of(ContactRow row, IStringLocalizer<ContactsText> texts) =>
        row.Name ?? (row.Phone is null ? texts["nameless"].Value : PhoneOf(row.Phone));

    public static string PhoneOf(string? phone) => PhoneNumber.TryParse(phone, out var number) ? number.Format() : phone ?? "";
}
