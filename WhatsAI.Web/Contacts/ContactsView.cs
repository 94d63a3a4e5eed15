using Microsoft.AspNetCore.WebUtilities;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Infrastructure.Contacts;

namespace WhatsAI.Web.Contacts;

/// <summary>The list's filters as they stand in the address; what cannot be read is not there.</summary>
public sealed record ContactsView(string? Text, string? Tag, string? Consent, string? Segment)
{
    public ContactFilter ToFilter() =>
        new(
            string.IsNullOrWhiteSpace(Text) ? null : Text,
            Id.TryParse<TagId>(Tag, out var tag) ? tag : null,
            Consent switch
            {
                "in" => ConsentState.OptedIn,
                "out" => ConsentState.OptedOut,
                "unknown" => ConsentState.Unknown,
                _ => null,
            },
            Id.TryParse<SegmentId>(Segment, out var segment) ? segment : null
        );

    public static string Address(ContactFilter filter)
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal);
        Add("q", filter.Text);
        Add("tag", filter.Tag?.ToString());
        Add("consent", filter.Consent is { } state ? Word(state) : null);
        Add("segment", filter.Segment?.ToString());
        return QueryHelpers.AddQueryString("contacts", query);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query[name] = value;
            }
        }
    }

    public static string Word(ConsentState state) =>
        state switch
        {
            ConsentState.OptedIn => "in",
            ConsentState.OptedOut => "out",
            _ => "unknown",
        };
}
